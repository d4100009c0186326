//! Closed vocabularies: an enum whose variants have a code (stored, sent by forms) and a label (shown).
//! The database holds the same codes in a `check` constraint; a test stores every variant.

use time::Date;

use crate::text::{day_words, grouped};

/// Declares a closed vocabulary.
///
/// ```ignore
/// words! {
///     /// How a site visit is asked for.
///     pub enum SiteVisit {
///         /// The reply waits for it.
///         Required = "required", "Required";
///     }
/// }
/// ```
#[macro_export]
macro_rules! words {
    ($($(#[$meta:meta])* pub enum $name:ident { $($(#[$doc:meta])* $variant:ident = $code:literal, $label:literal;)* })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// Every word, in the order people read them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The word as people read it.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)* }
            }

            /// The words as a form offers them.
            pub fn choices() -> Vec<$crate::words::Choice> {
                Self::ALL.iter().map(|word| $crate::words::Choice::new(word.code(), word.label())).collect()
            }
        }

        impl $crate::words::InWords for $name {
            fn in_words(&self) -> String {
                self.label().to_owned()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }

        impl std::str::FromStr for $name {
            type Err = &'static str;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text { $($code => Ok(Self::$variant),)* _ => Err("Choose one of the answers.") }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let code = <String as serde::Deserialize>::deserialize(deserializer)?;
                code.parse().map_err(|_| serde::de::Error::custom(format!("unknown word {code:?}")))
            }
        }

        impl sqlx::Type<sqlx::Postgres> for $name {
            fn type_info() -> sqlx::postgres::PgTypeInfo {
                <str as sqlx::Type<sqlx::Postgres>>::type_info()
            }

            fn compatible(ty: &sqlx::postgres::PgTypeInfo) -> bool {
                <str as sqlx::Type<sqlx::Postgres>>::compatible(ty)
            }
        }

        impl sqlx::Encode<'_, sqlx::Postgres> for $name {
            fn encode_by_ref(&self, buffer: &mut sqlx::postgres::PgArgumentBuffer) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
                <&str as sqlx::Encode<'_, sqlx::Postgres>>::encode_by_ref(&self.code(), buffer)
            }
        }

        impl<'r> sqlx::Decode<'r, sqlx::Postgres> for $name {
            fn decode(value: sqlx::postgres::PgValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                let code = <&str as sqlx::Decode<'r, sqlx::Postgres>>::decode(value)?;
                code.parse().map_err(|_| format!("unknown word {code:?}").into())
            }
        }

        impl sqlx::postgres::PgHasArrayType for $name {
            fn array_type_info() -> sqlx::postgres::PgTypeInfo {
                <String as sqlx::postgres::PgHasArrayType>::array_type_info()
            }
        }
    )*};
}

/// A value that people read as it is. No id and no code is one: who has one looks up what it stands for.
pub trait InWords {
    fn in_words(&self) -> String;
}

impl InWords for str {
    fn in_words(&self) -> String {
        if self.is_empty() { "none".into() } else { self.to_owned() }
    }
}

impl InWords for Date {
    fn in_words(&self) -> String {
        day_words(*self)
    }
}

impl InWords for bool {
    fn in_words(&self) -> String {
        if *self { "yes".into() } else { "no".into() }
    }
}

impl<T: InWords + ?Sized> InWords for &T {
    fn in_words(&self) -> String {
        (*self).in_words()
    }
}

impl<T: InWords> InWords for Option<T> {
    fn in_words(&self) -> String {
        self.as_ref().map_or_else(|| "none".into(), InWords::in_words)
    }
}

impl<T: InWords> InWords for [T] {
    fn in_words(&self) -> String {
        // What ends as a sentence goes on as one of several.
        let words: Vec<String> = self.iter().map(|one| one.in_words().trim_end_matches('.').to_owned()).collect();
        words.join("; ").as_str().in_words()
    }
}

macro_rules! in_words {
    ($($name:ty as |$value:ident| $words:expr;)*) => {$(
        impl InWords for $name {
            fn in_words(&self) -> String {
                let $value = self;
                $words
            }
        }
    )*};
}

in_words! {
    String as |text| text.as_str().in_words();
    Vec<String> as |list| list.as_slice().in_words();
    i32 as |number| grouped(&number.to_string());
    i64 as |number| grouped(&number.to_string());
    usize as |number| grouped(&number.to_string());
}

/// One entry of a select, a set of radio buttons or of checkboxes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What the person reads.
    pub label: String,
    /// A second line, or empty.
    pub hint: String,
}

impl Choice {
    /// A choice without a second line.
    pub fn new(value: impl ToString, label: impl Into<String>) -> Self {
        Self { value: value.to_string(), label: label.into(), hint: String::new() }
    }

    /// Choices that are no vocabulary, such as the orders of a list: what is sent, and what is read.
    pub fn all(words: &[(&str, &str)]) -> Vec<Self> {
        words.iter().map(|(value, label)| Self::new(value, *label)).collect()
    }

    /// Whether it is what the person chose.
    pub fn is(&self, chosen: &str) -> bool {
        self.value == chosen
    }

    /// Adds the second line.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}
