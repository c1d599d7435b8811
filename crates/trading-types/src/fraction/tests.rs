//! Fractions: percent in, percent out.

use super::*;

#[test]
fn percent_is_exact() {
    assert_eq!(Fraction::from_percent("0.40").unwrap(), "0.004".parse().unwrap());
    assert_eq!(Fraction::from_percent("100%").unwrap(), Fraction::ONE);
    assert_eq!(Fraction::from_percent("0.26%").unwrap().percent(), "0.26");
    assert_eq!(Fraction::from_basis_points(25).percent(), "0.25");
    assert!(Fraction::from_percent("0.0000001%").is_err());
    assert!(Fraction::from_percent("%").is_err());
}
