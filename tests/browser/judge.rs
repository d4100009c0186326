use std::collections::BTreeMap;

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

fn axe() -> &'static str {
    static TEXT: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    TEXT.get_or_init(|| {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/styles/node_modules/axe-core/axe.min.js");
        let text =
            std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}; cargo build fetches it"));
        format!("{text};\n{ACCESSIBLE}")
    })
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
        browser.size(TELEPHONE.0, TELEPHONE.1).await;
        let mut found = texts(&browser.run(STICKS_OUT, &[]).await);
        browser.size(DESK.0, DESK.1).await;
        found.extend(texts(&browser.run_later(axe(), &[json!(null)]).await));
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
