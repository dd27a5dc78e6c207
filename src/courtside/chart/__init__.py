"""Pictures of games: the course of a score, drawn and animated."""
