//! The table of permissions.

use super::*;

#[test]
fn every_name_is_found_again() {
    for permission in Permission::all() {
        assert_eq!(Permission::from_name(permission.name()), Some(permission));
        assert_eq!(permission.row().0, permission, "the table stands in the order of the enum");
    }
    assert_eq!(Permission::all().count(), 13);
    assert_eq!(Permission::from_name("teleport-funds"), None);
}
