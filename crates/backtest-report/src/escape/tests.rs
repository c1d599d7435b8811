//! Texts that would like to be code.

use super::{Escaped, json_in_element};

#[test]
fn markup_becomes_text() {
    let text = Escaped("</script><img src=x onerror='alert(\"1\")'>&amp;\0").to_string();
    assert_eq!(
        text,
        "&lt;/script&gt;&lt;img src=x onerror=&#39;alert(&quot;1&quot;)&#39;&gt;&amp;amp;\u{fffd}",
    );
}

#[test]
fn other_letters_stay() {
    assert_eq!(Escaped("größer, 比特币, a=b;").to_string(), "größer, 比特币, a=b;");
}

#[test]
fn json_says_the_same() {
    let said = "</script><!--<script>&";
    let json = serde_json::to_string(said).unwrap();
    let written = json_in_element(&json);
    assert!(!written.contains(['<', '>', '&']), "{written}");
    assert_eq!(serde_json::from_str::<String>(&written).unwrap(), said);
}
