"""Rules on words: asking, counts and order, people and places, signs, spelling."""
