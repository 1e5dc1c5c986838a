"""Sample systems that show the product at work: a shop with changing orders, a faulty receiver."""
