//! Forms. A form is a struct of [`Field`]s, each of which parsed itself, so a form with three faults shows all three.
//! [`form!`](crate::form) declares one; [`Sent`] is a form on its way between the page and the handler.

use sha2::{Digest, Sha256};

mod dated;
mod fault;
mod field;
mod marks;
mod pairs;
mod parts;
mod sent;

pub use dated::*;
pub use fault::*;
pub use field::*;
pub use marks::*;
pub use pairs::*;
pub use parts::*;
pub use sent::*;

/// A fingerprint of answers as a page showed them: the same for the same answers in the same order.
pub fn fingerprint<'a>(answers: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for answer in answers {
        hash.update(answer.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().take(8).fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

/// A form, as [`form!`](crate::form) declares it.
pub trait Form: Sized {
    /// The answers, once all are right.
    type Read;
    /// Nothing filled in, nothing wrong.
    fn blank() -> Self;
    /// As sent, each field judged.
    fn sent(pairs: &Pairs) -> Self;
    /// Fills in for the person what there are answers for, not judged yet; beside what is on file.
    fn fill(&mut self, pairs: &Pairs, on_file: bool);
    /// The answers, if all are right.
    fn read(&self) -> Option<Self::Read>;
    /// What is wrong, in the order of the fields.
    fn faults(&self) -> Vec<Fault>;
    /// Takes back what is wrong with what nobody answered yet.
    fn quiet(&mut self);
    /// Becomes a block of another form: its fields get the block's name before their own.
    fn within(&mut self, block: &str);
    /// Sets another person's saved version beside this one.
    fn beside(&mut self, theirs: &Self);
}

/// Declares a form and the struct of its answers.
///
/// ```ignore
/// form! {
///     /// Giving a check back.
///     pub struct GiveBackForm reads GiveBack {
///         questions: Field<Text>,
///         licenses: Fields<LicenseId>,
///     }
/// }
/// ```
#[macro_export]
macro_rules! form {
    ($(#[$meta:meta])* pub struct $form:ident reads $read:ident { $($field:ident: $kind:ident<$type:ty>,)* }) => {
        $(#[$meta])*
        #[derive(Debug)]
        #[allow(missing_docs, reason = "the labels in the template say what each field is; a private form has no lint to expect")]
        pub struct $form { $(pub $field: $crate::web::$kind<$type>,)* }

        #[doc = concat!("The answers of [`", stringify!($form), "`].")]
        #[derive(Debug)]
        #[allow(missing_docs, reason = "as the form's")]
        pub struct $read { $(pub $field: <$crate::web::$kind<$type> as $crate::web::form::Answer>::Value,)* }

        impl $crate::web::form::Form for $form {
            type Read = $read;

            fn blank() -> Self {
                Self { $($field: $crate::web::form::Answer::blank(stringify!($field)),)* }
            }

            fn sent(pairs: &$crate::web::form::Pairs) -> Self {
                let _ = pairs;
                Self { $($field: $crate::web::form::Answer::sent(stringify!($field), pairs),)* }
            }

            fn fill(&mut self, pairs: &$crate::web::form::Pairs, on_file: bool) {
                let _ = (pairs, on_file);
                $($crate::web::form::Answer::fill(&mut self.$field, pairs, on_file);)*
            }

            fn read(&self) -> Option<$read> {
                Some($read { $($field: $crate::web::form::Answer::value(&self.$field)?,)* })
            }

            fn faults(&self) -> Vec<$crate::web::form::Fault> {
                let faults: Vec<Vec<$crate::web::form::Fault>> = vec![$($crate::web::form::Answer::faults(&self.$field),)*];
                faults.into_iter().flatten().collect()
            }

            fn quiet(&mut self) {
                $($crate::web::form::Answer::quiet(&mut self.$field);)*
            }

            fn within(&mut self, block: &str) {
                let _ = block;
                $($crate::web::form::Answer::within(&mut self.$field, block);)*
            }

            fn beside(&mut self, theirs: &Self) {
                let _ = theirs;
                $($crate::web::form::Answer::beside(&mut self.$field, &theirs.$field);)*
            }
        }
    };
}

form! {
    /// A form that asks nothing: sending it is the yes.
    pub struct YesForm reads Yes {}
}
