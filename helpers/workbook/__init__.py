"""Room: workbook."""
