"""The page of the therapy library and the form of adoption."""
