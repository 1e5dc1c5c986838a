"""Pure parts: words, rules and decisions. No input, no output, no clock of its own."""
