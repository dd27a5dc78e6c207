"""The program: sources, engine, journal and servers, wired together."""
