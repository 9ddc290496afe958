"""A table as a file that spreadsheets and pandas open."""

import pandas as pd
from pandas.api.types import is_numeric_dtype

from dashboard.foreign_text import in_csv

BYTE_ORDER_MARK = "\ufeff"  # by which Excel knows that the letters are UTF-8: − and φ are among them


def csv(table: pd.DataFrame) -> str:
    """A table as comma-separated values, in which a spreadsheet takes no text for a formula."""
    columns = table.items()
    safe = {in_csv(name): cells if is_numeric_dtype(cells) else cells.map(in_csv) for name, cells in columns}
    return f"{BYTE_ORDER_MARK}{pd.DataFrame(safe).to_csv(index=False)}"
