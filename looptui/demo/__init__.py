"""The demo: three small real projects, a catalogue of seeded faults, scripted scenarios."""
