"""Makes flights.csv.gz from vega-datasets' flights-3m.parquet: convert.py flights-3m.parquet flights.csv.gz (needs pyarrow)."""

import gzip
import sys

import pyarrow.parquet

RECORDS = 200_000

rows = pyarrow.parquet.read_table(sys.argv[1]).slice(0, RECORDS).to_pylist()
with open(sys.argv[2], "wb") as file, gzip.GzipFile("", "wb", 9, file, 0) as out:
    out.write(b"date,delay,distance,origin,destination\n")
    for row in rows:
        date = row["date"].strftime("%Y-%m-%dT%H:%M")
        out.write(f"{date},{row['delay']},{row['distance']},{row['origin']},{row['destination']}\n".encode())
