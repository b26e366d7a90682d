"""One room a platform and one module a feed; each speaks the core's values and knows none of the others."""
