"""The engine's sentences in the operator's language.

The engine writes English. A sentence is turned into another language where it leaves: at the API's
edge, in its client, at the command line. Not for the console's own words: those are Qt's.
"""
