//! What a judgement rested on, fact by fact: where one of them changes, it is told what it was and what it is now.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{Deserialize, Serialize};

/// The facts that a rule read when somebody judged by it. Kept with the judgement and held against the same facts as
/// they are later.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// The kinds of facts that the rule read. What a later rule reads besides is not held against an earlier judgement:
    /// an upgrade lapses nothing.
    reads: BTreeSet<String>,
    /// The kinds that the rule needed some of: more of them later changes nothing, one less does.
    #[serde(default)]
    rests: BTreeSet<String>,
    facts: BTreeMap<String, Fact>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Fact {
    /// A value or an identity, as no wording changes it.
    value: String,
    /// In people's words, as they were then.
    says: String,
    /// The same value as a program of before kept it; not kept again.
    #[serde(skip)]
    formerly: Option<String>,
}

impl Fact {
    /// Whether it is still that one, however its value is written since.
    fn is_still(&self, now: &Self) -> bool {
        self.value == now.value || now.formerly.as_ref() == Some(&self.value)
    }
}

/// A fact that is another one than it was, or is gone, or is new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    pub before: Option<String>,
    pub after: Option<String>,
}

impl fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => write!(f, "{before}; now: {after}"),
            (Some(before), None) => write!(f, "{before}; no longer so"),
            (None, after) => write!(f, "new: {}", after.as_deref().unwrap_or_default()),
        }
    }
}

/// What changed, in one sentence.
pub fn joined(changed: &[Changed]) -> String {
    changed.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl Basis {
    /// Of a rule that reads such facts.
    pub fn reading(kinds: &[&str]) -> Self {
        let reads = kinds.iter().map(|kind| (*kind).to_owned()).collect();
        Self { reads, rests: BTreeSet::new(), facts: BTreeMap::new() }
    }

    /// As well as what some readers of the file may not know of.
    #[must_use]
    pub fn and_reading(mut self, kind: &str) -> Self {
        self.reads.insert(kind.to_owned());
        self
    }

    /// Of a rule that needed such facts, and had some.
    #[must_use]
    pub fn resting_on(mut self, kinds: &[&str]) -> Self {
        self.reads.extend(kinds.iter().map(|kind| (*kind).to_owned()));
        self.rests.extend(kinds.iter().map(|kind| (*kind).to_owned()));
        self
    }

    /// One of its facts: its kind, which of that kind where there are several, its value, and what it says.
    #[must_use]
    pub fn with(mut self, kind: &str, which: impl fmt::Display, value: impl fmt::Display, says: String) -> Self {
        debug_assert!(self.reads.contains(kind), "{kind} is not among what the rule reads");
        self.facts.insert(format!("{kind}:{which}"), Fact { value: value.to_string(), says, formerly: None });
        self
    }

    /// That a program of before kept the value of this fact otherwise: what rested on that rests on it.
    #[must_use]
    pub fn formerly(mut self, kind: &str, which: impl fmt::Display, value: Option<&str>) -> Self {
        if let Some(fact) = self.facts.get_mut(&format!("{kind}:{which}")) {
            fact.formerly = value.map(str::to_owned);
        }
        self
    }

    /// With all that rests on something of several, such as one license of a check.
    #[must_use]
    pub fn taking(mut self, of: impl fmt::Display, named: Option<&str>, other: Self) -> Self {
        self.reads.extend(other.reads);
        self.rests.extend(other.rests);
        for (key, fact) in other.facts {
            let (kind, which) = key.split_once(':').unwrap_or((&key, ""));
            let says = named.map_or_else(|| fact.says.clone(), |name| format!("{name}: {}", fact.says));
            self.facts.insert(format!("{kind}:{of}/{which}"), Fact { says, ..fact });
        }
        self
    }

    /// What changed since, as the same rule reads it now.
    pub fn changes(&self, now: &Self) -> Vec<Changed> {
        let says = |basis: &Self, key: &String| basis.facts.get(key).map(|fact| fact.says.clone());
        self.changed(now).into_iter().map(|key| Changed { before: says(self, key), after: says(now, key) }).collect()
    }

    /// The kinds of facts that changed since.
    pub fn kinds_changed<'a>(&'a self, now: &'a Self) -> BTreeSet<&'a str> {
        self.changed(now).into_iter().map(|key| kind(key)).collect()
    }

    /// The keys of the facts that changed since.
    fn changed<'a>(&'a self, now: &'a Self) -> BTreeSet<&'a String> {
        let tells = |key: &&String| {
            let kind = kind(key);
            let read_by_both = self.reads.contains(kind) && now.reads.contains(kind);
            read_by_both && (self.facts.contains_key(*key) || !self.rests.contains(kind))
        };
        let stays = |key: &str| match (self.facts.get(key), now.facts.get(key)) {
            (Some(then), Some(now)) => then.is_still(now),
            (then, now) => then.is_none() && now.is_none(),
        };
        let keys = self.facts.keys().chain(now.facts.keys()).filter(tells);
        keys.filter(|key| !stays(key)).collect()
    }
}

/// Of which kind a fact is, by its key.
fn kind(key: &str) -> &str {
    key.split(':').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kinds: &[&str], facts: &[(&str, &str, &str)]) -> Basis {
        facts.iter().fold(Basis::reading(kinds), |basis, (kind, which, value)| {
            basis.with(kind, which, value, format!("{kind} {which} is {value}"))
        })
    }

    #[test]
    fn what_is_another_one_or_gone_or_new_is_told() {
        let then = of(&["day", "list"], &[("day", "", "3 May"), ("list", "a", "on"), ("list", "b", "on")]);
        let now = of(&["day", "list"], &[("day", "", "4 May"), ("list", "b", "on"), ("list", "c", "on")]);
        let told: Vec<String> = then.changes(&now).iter().map(ToString::to_string).collect();
        assert_eq!(told, ["day  is 3 May; now: day  is 4 May", "list a is on; no longer so", "new: list c is on"]);
        assert_eq!(then.kinds_changed(&now), BTreeSet::from(["day", "list"]));
        assert_eq!((then.changes(&then), then.kinds_changed(&then)), (Vec::new(), BTreeSet::new()));
    }

    #[test]
    fn other_words_for_the_same_value_change_nothing() {
        let then = Basis::reading(&["with"]).with("with", "", 7, "the registry".into());
        let now = Basis::reading(&["with"]).with("with", "", 7, "the arms registry".into());
        assert_eq!(then.changes(&now), []);
    }

    #[test]
    fn a_value_that_is_written_otherwise_since_is_the_same_and_another_is_not() {
        let kept = |value: &str| of(&["held"], &[("held", "a", value)]);
        let now = kept("step 7").formerly("held", "a", Some("planned step 2"));
        assert_eq!(kept("planned step 2").changes(&now), []);
        assert_eq!(kept("step 7").changes(&now), []);
        assert_eq!(kept("planned step 3").changes(&now).len(), 1);
        assert_eq!(now.changes(&kept("planned step 2")).len(), 1, "it is kept as it is written now");
    }

    #[test]
    fn what_a_later_rule_reads_besides_lapses_nothing() {
        let then = of(&["day"], &[("day", "", "3 May")]);
        let now = of(&["day", "list"], &[("day", "", "3 May"), ("list", "a", "on")]);
        assert_eq!((then.changes(&now), now.changes(&then)), (Vec::new(), Vec::new()));
    }

    #[test]
    fn of_what_was_needed_more_changes_nothing_and_less_does() {
        let needing = |facts: &[(&str, &str)]| {
            facts.iter().fold(Basis::default().resting_on(&["permit"]), |basis, (which, value)| {
                basis.with("permit", which, value, format!("permit {which} {value}"))
            })
        };
        let one = needing(&[("1", "counts")]);
        assert_eq!(one.changes(&needing(&[("1", "counts"), ("2", "counts")])), []);
        assert_eq!(one.changes(&needing(&[("2", "counts")])).len(), 1);
    }

    #[test]
    fn facts_of_several_are_kept_apart() {
        let one = |value| of(&["day"], &[("day", "", value)]);
        let both = |first, second| {
            let basis = Basis::reading(&["list"]).with("list", "a", "on", "a list".into());
            basis.taking(1, Some("First"), one(first)).taking(2, None, one(second))
        };
        let told = |then: Basis, now| then.changes(&now).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(told(both("3", "4"), both("3", "5")), ["day  is 4; now: day  is 5"]);
        assert_eq!(told(both("3", "4"), both("4", "4")), ["First: day  is 3; now: First: day  is 4"]);
        assert_eq!(told(both("3", "4"), both("3", "4")), [""; 0]);
    }

    #[test]
    fn it_is_kept_and_read_back() {
        let then = of(&["day", "list"], &[("day", "", "3 May"), ("list", "a", "on")]);
        let kept = serde_json::to_string(&then).expect("it is written");
        assert_eq!(serde_json::from_str::<Basis>(&kept).expect("it is read"), then);
    }
}
