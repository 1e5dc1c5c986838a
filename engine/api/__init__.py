"""The control API: ``wire`` is its shapes, ``client`` its caller, ``server`` its routes."""
