"""The version of Clockwork, in the one place where it is written; the package's metadata are made from it."""

VERSION = "0.1.0"
