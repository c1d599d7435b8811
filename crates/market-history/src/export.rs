//! Rows of a series as one Arrow file, for people with other programs.

use std::{io::Write, path::Path};

use crate::{
    arrow::{BATCH_ROWS_MAX, PartWriter},
    columns::Columns,
    cursor::Cursor,
    disk::failed,
    error::StoreError,
    rows::Row,
};

/// Writes all rows to `output`, which messages call `path`; gives how many there were.
pub fn write_arrow<R: Row, W: Write>(
    rows: &mut Cursor<R>,
    output: W,
    path: &Path,
) -> Result<u64, StoreError> {
    let failed = || failed("write", path);
    let mut writer = PartWriter::begin::<R::Columns>(output, Vec::new()).map_err(failed())?;
    let mut columns = R::Columns::default();
    let mut count = 0;
    while let Some(row) = rows.next_row()? {
        row.append(&mut columns);
        count += 1;
        if columns.rows() == BATCH_ROWS_MAX {
            writer.write(&columns).map_err(failed())?;
            columns.clear();
        }
    }
    if 0 < columns.rows() {
        writer.write(&columns).map_err(failed())?;
    }
    writer.finish::<R::Columns>().map_err(failed())?;
    Ok(count)
}
