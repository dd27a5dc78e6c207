"""Scoring events for the Kafka topic `nba_momentum`: told from the stream, counted again from the topic."""
