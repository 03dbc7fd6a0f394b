"""Dialogs: what is asked before something happens. None of them opens by itself."""
