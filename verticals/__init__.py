"""Whole instantiations of Caruso, one folder each: site file, sample data, and the services of that kind of company."""
