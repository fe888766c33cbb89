"""`specc new`: from a data file to a spec that holds, by looking at the data."""
