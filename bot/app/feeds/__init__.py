"""The feeds as questions ask them: what is lacking is brought, what cannot be had is said."""
