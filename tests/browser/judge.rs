use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};

use crate::support::{Browser, browser::DESK};

/// The narrowest screen a page has to fit: WCAG 1.4.10.
const TELEPHONE: (u32, u32) = (320, 640);

/// Names what sticks out, unless it stands in a region that scrolls by itself.
const STICKS_OUT: &str = r"
    const page = document.scrollingElement;
    if (page.scrollWidth <= innerWidth) return [];
    const own = e => { for (let p = e; p && p !== page; p = p.parentElement) if (getComputedStyle(p).overflowX !== 'visible') return true; return false; };
    const out = [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > innerWidth + 0.5 && !own(e.parentElement));
    const name = e => e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + (e.className ? '.' + String(e.className).split(' ').join('.') : '');
    return [page.scrollWidth + ' px wide: ' + (out.slice(-2).map(name).join(', ')
        || 'nothing sticks out by itself; at ' + location + ', focus on ' + name(document.activeElement))];";

const ACCESSIBLE: &str = r"
    const [done] = [...arguments].slice(-1);
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'], iframes: false })
        .then(found => done(found.violations.map(v => v.id + ': ' + v.help + ': ' + v.nodes.slice(0, 2).map(n => n.target.join(' ')
            + ' ' + (n.any[0]?.message || n.all[0]?.message || '')).join(' | '))))
        .catch(error => done(['axe-core failed: ' + error]));";

/// What a page is made of: its elements with what the rules of accessibility read of them, and whether they have words;
/// neighbors of one shape once. Of an id that stands twice the page is like no other.
const SHAPE: &str = r"
    const values = new Set(['class', 'role', 'type', 'lang', 'dir', 'autocomplete', 'tabindex', 'scope']);
    const shape = e => {
        const own = [...e.attributes].map(a => values.has(a.name) ? a.name + '=' + a.value : a.name).sort().join(' ');
        const words = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) ? '!' : '';
        const within = [...e.children].map(shape).filter((s, i, all) => s !== all[i - 1]);
        return e.localName + '[' + own + ']' + words + '(' + within.join('') + ')';
    };
    const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
    return shape(document.documentElement) + (new Set(ids).size === ids.length ? '' : location);";

fn axe() -> &'static str {
    static TEXT: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    TEXT.get_or_init(|| {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/styles/node_modules/axe-core/axe.min.js");
        let text =
            std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}; cargo build fetches it"));
        format!("{text};\n{ACCESSIBLE}")
    })
}

/// The shapes of pages that were judged: another page of one has the faults that it has, or none.
#[derive(Debug, Clone, Default)]
pub struct Judged(Arc<Mutex<BTreeSet<String>>>);

impl Judged {
    /// Whether no page of that shape was judged yet.
    fn is_new(&self, shape: Value) -> bool {
        let shape = shape.as_str().expect("a shape").to_owned();
        self.0.lock().expect("nobody panics with it").insert(shape)
    }

    pub fn count(&self) -> usize {
        self.0.lock().expect("nobody panics with it").len()
    }
}

/// Faults, each with the pages that have it.
#[derive(Debug, Default)]
pub struct Faults(BTreeMap<String, Vec<String>>);

impl Faults {
    /// Notes a fault of a page.
    pub fn note(&mut self, page: &str, fault: &str) {
        self.0.entry(fault.to_owned()).or_default().push(page.to_owned());
    }

    /// Looks at the page that is open.
    pub async fn judge(&mut self, browser: &Browser, page: &str) {
        self.judge_new(browser, page, &Judged::default()).await;
    }

    /// Looks at the page that is open; by the rules of accessibility if it is the first of its shape.
    pub async fn judge_new(&mut self, browser: &Browser, page: &str, judged: &Judged) {
        browser.size(TELEPHONE.0, TELEPHONE.1).await;
        let mut found = texts(&browser.run(STICKS_OUT, &[]).await);
        if judged.is_new(browser.run(SHAPE, &[]).await) {
            browser.size(DESK.0, DESK.1).await;
            found.extend(texts(&browser.run_later(axe(), &[json!(null)]).await));
        }
        found.extend(browser.errors().await);
        for fault in found {
            self.note(page, &fault);
        }
    }

    /// Adds what another judge noted.
    pub fn take(&mut self, other: Self) {
        for (fault, pages) in other.0 {
            self.0.entry(fault).or_default().extend(pages);
        }
    }

    /// Fails if there is any, telling all.
    #[track_caller]
    pub fn none(&self) {
        let mut told = String::new();
        for (fault, pages) in &self.0 {
            let mut lines = vec![format!("\n  {fault}")];
            lines.extend(pages.iter().take(4).map(|page| format!("\n      {page}")));
            if pages.len() > 4 {
                lines.push(format!("\n      and {} more", pages.len() - 4));
            }
            told += &lines.concat();
        }
        assert!(self.0.is_empty(), "{} faults:{told}", self.0.len());
    }
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}
