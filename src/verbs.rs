//! What people do with a file: verbs, each with all of its facts in one entry, so that pages, buttons, lists and the
//! log cannot differ.

/// Declares the verbs of a kind of file, and each as a type: `Can<Hold>` is who may put a check on hold. An entry has
/// its code; its address, where that is another; its button; the heading of its page, where that says more; who may;
/// which fact the log keeps, and how its sentence begins; and the rule that judges it. `src/checks/verbs.rs` reads as
/// an example.
#[macro_export]
macro_rules! verbs {
    ($(#[$meta:meta])* pub enum $verbs:ident as $act:ident at $file:literal judged by $judge:ty; $(
        $(#[$doc:meta])*
        $name:ident = $code:literal $(at $path:literal)?, $label:literal $(titled $title:literal)?;
        $permission:ident; $fact:ident, $sentence:literal; $rule:expr;
    )*) => {
        $crate::words! {
            $(#[$meta])*
            pub enum $verbs { $($(#[$doc])* $name = $code, $label;)* }
        }

        /// A verb as a type.
        pub trait $act: $crate::access::Permitted {
            const VERB: $verbs;
        }

        impl $verbs {
            /// Its address, with the file's id in braces.
            pub const fn route(self) -> &'static str {
                match self { $(Self::$name => concat!($file, $crate::verbs!(@last $code $($path)?)),)* }
            }

            /// Where it is done with that file.
            pub fn address(self, id: impl std::fmt::Display) -> $crate::addresses::Address {
                $crate::addresses::Address::of_file(self.route(), id)
            }

            /// The heading of its page.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $crate::verbs!(@last $label $($title)?),)* }
            }

            /// What a person's role has to include.
            pub const fn permission(self) -> $crate::access::Permission {
                match self { $(Self::$name => $crate::access::Permission::$permission,)* }
            }

            /// Which fact the log keeps, and how its sentence begins.
            const fn told(self) -> ($crate::audit::Verb, &'static str) {
                match self { $(Self::$name => ($crate::audit::Verb::$fact, $sentence),)* }
            }

            /// Whether its person signs by it, and is proved again before.
            pub const fn signs(self) -> bool {
                self.told().0.is_signature()
            }

            fn rule(self) -> $judge {
                match self { $(Self::$name => $rule,)* }
            }
        }

        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub struct $name;

            impl $crate::access::Permitted for $name {
                const PERMISSION: $crate::access::Permission = $crate::access::Permission::$permission;
                const SIGNS: bool = $crate::audit::Verb::$fact.is_signature();
            }

            impl $act for $name {
                const VERB: $verbs = $verbs::$name;
            }
        )*
    };
    (@last $default:literal) => { $default };
    (@last $default:literal $own:literal) => { $own };
}
