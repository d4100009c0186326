//! Which license a number is, when one is registered: the same as one on file, perhaps the same, or another.

use super::Refusal;
use crate::{
    id::LicenseId,
    text::{LicenseNumber, Likeness},
};

/// A license that is on file, by what it is known by.
#[derive(Debug, Clone)]
pub struct KnownNumber {
    pub id: LicenseId,
    pub number: String,
    /// The code of its form, and how people call that.
    pub form: String,
    pub form_label: String,
}

impl KnownNumber {
    /// `05-971940 (DSP-5)`: as it is shown, and as an answer about it names it.
    pub fn said(&self) -> String {
        format!("{} ({})", self.number, self.form_label)
    }

    /// A form tells two licenses of one number apart, or was chosen wrongly; numbers that are only alike, it tells
    /// apart.
    pub fn compare(&self, number: &str, form: &str) -> Likeness {
        let alike = LicenseNumber::new(number).compare(&LicenseNumber::new(&self.number));
        match alike {
            Likeness::Same if self.form != form => Likeness::Perhaps,
            Likeness::Perhaps if self.form != form => Likeness::Another,
            alike => alike,
        }
    }
}

/// Those that are perhaps the license of this number and form.
pub fn perhaps<'a>(
    known: &'a [KnownNumber],
    number: &'a str,
    form: &'a str,
) -> impl Iterator<Item = &'a KnownNumber> + use<'a> {
    known.iter().filter(move |known| known.compare(number, form) == Likeness::Perhaps)
}

/// Whether a license of this number and form is another one than those on file: of each that it perhaps is, a person
/// said so (`others`, as [`KnownNumber::said`]). Gives those, for the log.
pub fn is_new(known: &[KnownNumber], number: &str, form: &str, others: &[String]) -> Result<Vec<String>, Refusal> {
    if let Some(same) = known.iter().find(|known| known.compare(number, form) == Likeness::Same) {
        return Err(Refusal::NumberKnown(same.said()));
    }
    let perhaps: Vec<String> = perhaps(known, number, form).map(KnownNumber::said).collect();
    if perhaps.iter().all(|said| others.contains(said)) {
        return Ok(perhaps);
    }
    Err(Refusal::NumberAlike { number: number.to_owned(), others: perhaps.join(", ") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(number: &str, form: &str) -> KnownNumber {
        let label = form.replace("dsp_", "DSP-");
        KnownNumber { id: LicenseId::new(), number: number.into(), form: form.into(), form_label: label }
    }

    #[test]
    fn a_number_under_a_form_is_the_same_perhaps_the_same_or_another() {
        for (one, other, likeness) in [
            (("050123456", "dsp_5"), ("DSP-5 050123456", "dsp_5"), Likeness::Same),
            (("05-971940", "dsp_5"), ("971940", "dsp_5"), Likeness::Same),
            (("971940", "dsp_5"), ("97194O", "dsp_5"), Likeness::Perhaps),
            (("971940", "dsp_5"), ("00971940", "dsp_5"), Likeness::Perhaps),
            (("73-971940", "dsp_73"), ("971940", "dsp_73"), Likeness::Perhaps),
            (("971940", "dsp_5"), ("971940", "dsp_73"), Likeness::Perhaps),
            (("73-971940", "dsp_73"), ("971940", "dsp_5"), Likeness::Another),
            (("971940", "dsp_5"), ("97194O", "dsp_73"), Likeness::Another),
            (("971940", "dsp_5"), ("971941", "dsp_5"), Likeness::Another),
        ] {
            let is = |one: (&str, &str), other: (&str, &str)| known(one.0, one.1).compare(other.0, other.1);
            assert_eq!((is(one, other), is(other, one)), (likeness, likeness), "{one:?} {other:?}");
        }
    }

    #[test]
    fn what_is_perhaps_the_same_is_asked_of_each_by_its_very_number() {
        let on_file = [known("971940", "dsp_5"), known("97194O", "dsp_5"), known("123456", "dsp_5")];
        let judge = |number: &str, others: &[&str]| {
            let others: Vec<String> = others.iter().map(|said| (*said).to_owned()).collect();
            is_new(&on_file, number, "dsp_5", &others)
        };
        assert_eq!(judge("777777", &[]), Ok(Vec::new()));
        assert_eq!(judge("05-971940", &[]), Err(Refusal::NumberKnown("971940 (DSP-5)".into())));
        // Whoever looked at all of them and says they are others may; of the same one, nobody can say so.
        assert_eq!(judge("971940", &["971940 (DSP-5)"]), Err(Refusal::NumberKnown("971940 (DSP-5)".into())));
        let both = ["971940 (DSP-5)", "97194O (DSP-5)"];
        let asked = Refusal::NumberAlike { number: "0971940".into(), others: both.join(", ") };
        for said in [&[][..], &both[..1], &both[1..], &["123456 (DSP-5)"]] {
            assert_eq!(judge("0971940", said), Err(asked.clone()), "{said:?}");
        }
        assert_eq!(judge("0971940", &both), Ok(both.map(String::from).to_vec()));
    }
}
