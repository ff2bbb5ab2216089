"""Re-executable qualitative evaluation: from field data to verdicts whose evidence can be opened.

The sub-packages are the streams of Miles, Huberman & Saldaña (2014): ``collection``, ``condensation``,
``display`` and ``conclusions``; ``presentation`` says and draws what they found, ``reproduction`` runs the
notebooks that call them. Imports only go down that list (see ARCHITECTURE.md).
"""

__version__ = "0.1.0"
