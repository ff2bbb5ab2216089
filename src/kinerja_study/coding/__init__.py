"""The coding room: coding, comparing and agreeing on the plain files of a study.

Everything but the widget that shows it: acts and what they make of the files. Stands beside the method, which never
imports it; computes no finding of its own.
"""
