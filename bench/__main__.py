"""All benches, one after the other."""

from bench import pages, text

pages.main()
print()
text.main()
