"""Parses the metrics at the URLs in the arguments with prometheus_client, and prints how many there are."""

import sys
import urllib.request

from prometheus_client import parser
from prometheus_client.openmetrics import parser as openmetrics

FORMATS = {
    "application/openmetrics-text; version=1.0.0": openmetrics.text_string_to_metric_families,
    "text/plain; version=0.0.4": parser.text_string_to_metric_families,
}

samples = 0
for url in sys.argv[1:]:
    for media_type, families_in in FORMATS.items():
        request = urllib.request.Request(url, headers={"Accept": media_type})
        with urllib.request.urlopen(request, timeout=10) as answer:
            content_type, text = answer.headers["Content-Type"], answer.read().decode()
        if not content_type.startswith(media_type):
            sys.exit(f"{url} answers {content_type} to {media_type}")
        samples += sum(len(family.samples) for family in families_in(text))
print(f"{samples} samples")
