//! Proofs: what a rule allowed, with everything that is stored and logged of it.

/// Declares a proof. Its fields are read by methods of their names, and nothing outside the module of its rule can make
/// one. It becomes its entry in the log, which its rule wrote: what was allowed, stored and logged is one value.
#[macro_export]
macro_rules! proof {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Debug)]
        pub struct $name {
            $($field: $type,)*
            event: $crate::audit::Event,
        }

        impl $name {
            $($(#[$doc])* pub fn $field(&self) -> &$type {
                &self.$field
            })*
        }

        impl From<$name> for $crate::audit::Event {
            fn from(proof: $name) -> Self {
                proof.event
            }
        }

        impl From<$name> for $crate::audit::Events {
            fn from(proof: $name) -> Self {
                proof.event.into()
            }
        }
    };
}
