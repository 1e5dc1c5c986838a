"""The flows of the settings' sections."""
