//! Chromium, driven as people use it: links and buttons by what they say, fields by their labels. One chromedriver a
//! test run; it and its browsers go when the test process does, whatever way it ends.

use std::{
    fmt::Write,
    io::{BufRead, BufReader, Lines},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    str::FromStr,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use fantoccini::{
    Client, ClientBuilder,
    elements::{Element, ElementRef},
    error::CmdError,
    key::Key,
    wd::WebDriverCompatibleCommand,
};
use hyper_util::client::legacy::connect::HttpConnector;
use lantern::demo;
use reqwest::{Method, Url};
use serde_json::{Value, json};

use super::{TestApp, Watchdog};

const INSTALL: &str =
    "Chromium and its driver are needed for the browser tests; on Debian: apt install chromium chromium-driver";
/// How long a page may take to come, and to say what a test waits for.
const PATIENCE: Duration = Duration::from_secs(20);
/// The width and height of a browser's page, unless a test changes them.
pub const DESK: (u32, u32) = (1280, 900);

/// The driver of every browser of this test run.
struct Driver {
    address: String,
    folder: PathBuf,
    _process: Child,
    _said: Lines<BufReader<ChildStdout>>,
    _watchdog: Watchdog,
}

static DRIVER: OnceLock<Driver> = OnceLock::new();
static COUNT: AtomicU32 = AtomicU32::new(0);

fn driver() -> &'static Driver {
    DRIVER.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("lantern-browser-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("the temporary folder is writable");
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").env("TMPDIR", &folder).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
        let mut process = command.spawn().unwrap_or_else(|error| panic!("{INSTALL} (chromedriver: {error})"));
        // Its browsers hang on a pipe of its own, and end with it.
        let watchdog = Watchdog::new(&format!("kill -KILL {}; sleep 0.5; rm -rf '{}'", process.id(), folder.display()));
        let mut lines = BufReader::new(process.stdout.take().expect("it is piped")).lines();
        let said = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let port = line.split_once("successfully on port ")?.1.trim_end_matches('.').to_owned();
            Some(port)
        });
        let port = said.unwrap_or_else(|| panic!("chromedriver did not start. {INSTALL}"));
        Driver {
            address: format!("http://127.0.0.1:{port}"),
            folder,
            _process: process,
            _said: lines,
            _watchdog: watchdog,
        }
    })
}

fn chromium() -> &'static str {
    let found = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
        .into_iter()
        .find(|path| Path::new(path).exists());
    found.unwrap_or_else(|| panic!("{INSTALL}"))
}

/// What a browser does not do as a fresh one does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scripts {
    On,
    /// Its owner has turned scripts off.
    Off,
}

/// A command that only Chromium has.
#[derive(Debug)]
struct Own {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Own {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, <Url as FromStr>::Err> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

/// Looks for what a person would press: visible, by its words; those that say exactly this go first.
const FIND_PRESSABLE: &str = r"
    const fold = text => text.replace(/\s+/g, ' ').trim();
    const shown = e => e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length > 0;
    const all = [...document.querySelectorAll('a[href], button, summary')].filter(shown);
    const says = arguments[0], within = arguments[1];
    const near = within ? all.filter(e => fold((e.closest('li, tr') || e.closest('section, details'))?.innerText || '').includes(within)) : all;
    return near.find(e => fold(e.innerText) === says) || near.find(e => fold(e.innerText).startsWith(says))
        || near.find(e => fold(e.innerText).includes(says)) || null;";

/// Looks for the same in what is folded; gives the line that opens it, the outermost first.
const FIND_FOLDED: &str = r"
    const fold = text => text.replace(/\s+/g, ' ').trim();
    const says = arguments[0], within = arguments[1];
    const all = [...document.querySelectorAll('main details:not([open]) > :not(summary) :is(a[href], button)')];
    const near = within ? all.filter(e => fold(e.closest('li, tr, details')?.textContent || '').includes(within)) : all;
    const found = near.find(e => fold(e.textContent) === says) || near.find(e => fold(e.textContent).startsWith(says))
        || near.find(e => fold(e.textContent).includes(says));
    let closed = null;
    for (let e = found?.closest('details:not([open])'); e; e = e.parentElement.closest('details:not([open])')) closed = e;
    return closed?.querySelector('summary') || null;";

/// Looks for a field by its label, in the group of that legend if there is one.
const FIND_FIELD: &str = r"
    const fold = text => text.replace(/\s+/g, ' ').trim();
    const [label, group] = arguments;
    const place = group ? [...document.querySelectorAll('main fieldset')].find(f => fold(f.querySelector('legend')?.innerText || '') === group)
        : document.querySelector('main');
    const labels = [...(place?.querySelectorAll('label') || [])];
    const found = labels.find(l => fold(l.innerText) === label) || labels.find(l => fold(l.innerText).startsWith(label))
        || labels.find(l => fold(l.innerText).includes(label));
    return found?.control || null;";

/// What a person had to do: links and buttons pressed; pages that came, a form with where it leads being one; and
/// answers chosen.
#[derive(Debug, Default)]
pub struct Effort {
    pub clicks: AtomicU32,
    pub loads: AtomicU32,
    pub choices: AtomicU32,
}

impl Effort {
    /// All of it, from now on.
    pub fn begin(&self) {
        for count in [&self.clicks, &self.loads, &self.choices] {
            count.store(0, Ordering::Relaxed);
        }
    }

    /// As it was: what was done in between is counted apart.
    fn back_to(&self, (clicks, loads, choices): (u32, u32, u32)) {
        for (count, was) in [(&self.clicks, clicks), (&self.loads, loads), (&self.choices, choices)] {
            count.store(was, Ordering::Relaxed);
        }
    }

    pub fn so_far(&self) -> (u32, u32, u32) {
        let [clicks, loads, choices] =
            [&self.clicks, &self.loads, &self.choices].map(|count| count.load(Ordering::Relaxed));
        (clicks, loads, choices)
    }
}

/// A browser of one person.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    origin: String,
    /// What its person did.
    pub effort: Effort,
}

impl Browser {
    pub async fn open(app: &TestApp) -> Self {
        Self::with(app, Scripts::On).await
    }

    /// A fresh browser, with scripts on or off.
    pub async fn with(app: &TestApp, scripts: Scripts) -> Self {
        let profile = driver().folder.join(COUNT.fetch_add(1, Ordering::Relaxed).to_string());
        let mut arguments: Vec<String> = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--no-proxy-server",
            "--remote-debugging-pipe",
        ]
        .map(str::to_owned)
        .to_vec();
        arguments.push(format!("--window-size={},{}", DESK.0, DESK.1));
        arguments.push(format!("--user-data-dir={}", profile.display()));
        let preferences = match scripts {
            Scripts::On => json!({}),
            Scripts::Off => json!({ "profile.managed_default_content_settings.javascript": 2 }),
        };
        let Value::Object(capabilities) = json!({
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": { "binary": chromium(), "args": arguments, "prefs": preferences },
        }) else {
            unreachable!("it is an object")
        };
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let client = builder.capabilities(capabilities).connect(&driver().address).await;
        let browser = Self {
            client: client.unwrap_or_else(|error| panic!("{error}. {INSTALL}")),
            origin: app.origin.clone(),
            effort: Effort::default(),
        };
        browser.size(DESK.0, DESK.1).await;
        browser
    }

    /// Opens the site as a person does who types its address, and signs in.
    pub async fn enter(app: &TestApp, account: &str) -> Self {
        let browser = Self::open(app).await;
        browser.go("/").await;
        browser.sign_in(account).await;
        browser
    }

    /// Fills in the page that asks who it is.
    pub async fn sign_in(&self, account: &str) {
        self.says("Notice and consent").await;
        self.write("Account", account).await;
        self.write("Password", demo::PASSWORD).await;
        self.press("I consent, sign in").await;
        self.says_not("Notice and consent").await;
    }

    /// Leaves the site to another person at the same desk; it counts as nothing.
    pub async fn hand_over(&self, account: &str) {
        let so_far = self.effort.so_far();
        self.press("Sign out").await;
        self.sign_in(account).await;
        self.effort.back_to(so_far);
    }

    /// Types an address of the site.
    pub async fn go(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.origin)).await.unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    /// The path shown in the address line.
    pub async fn path(&self) -> String {
        self.client.current_url().await.expect("a page is open").path().to_owned()
    }

    /// Presses the link or button that says this, and waits for the page it leads to.
    pub async fn press(&self, words: &str) {
        self.press_within(words, "").await;
    }

    /// As [`Browser::press`], for one of several: that in the row or section which says `within`.
    pub async fn press_within(&self, words: &str, within: &str) {
        let target = self.target(words, within).await;
        let stays =
            "const a = arguments[0]; return a.tagName === 'SUMMARY' || (a.getAttribute('href') || '').startsWith('#')";
        let stays = self.run(stays, &[json!(target)]).await == json!(true);
        self.click(target, words).await;
        if !stays {
            self.effort.loads.fetch_add(1, Ordering::Relaxed);
            let gone = "return !document.documentElement.pressed && document.readyState === 'complete'";
            self.until(gone, &format!("{words:?} leads on")).await;
        }
    }

    /// Presses what leaves the person on the page.
    pub async fn press_here(&self, words: &str) {
        let target = self.target(words, "").await;
        self.click(target, words).await;
    }

    /// The link or button that says this, whatever it is folded in.
    async fn target(&self, words: &str, within: &str) -> Element {
        let asked = [json!(words), json!(within)];
        // As a person does who opens a section, and what is folded in it.
        while self.element(&self.run(FIND_PRESSABLE, &asked).await).is_none()
            && let Some(line) = self.element(&self.run(FIND_FOLDED, &asked).await)
        {
            line.click().await.unwrap_or_else(|error| panic!("opening what has {words:?}: {error}"));
            self.effort.clicks.fetch_add(1, Ordering::Relaxed);
        }
        let found = self.find(FIND_PRESSABLE, &asked).await;
        let Some(target) = found else { panic!("nothing to press says {words:?} {within}: {}", self.read().await) };
        target
    }

    async fn click(&self, target: Element, words: &str) {
        // As a person does who sees it half behind a bar that stays in place.
        let marked = "document.documentElement.pressed = true; arguments[0].scrollIntoView({ block: 'center' })";
        self.run(marked, &[json!(target)]).await;
        target.click().await.unwrap_or_else(|error| panic!("pressing {words:?}: {error}"));
        self.effort.clicks.fetch_add(1, Ordering::Relaxed);
    }

    /// Types into the field of this label, in place of what stands there.
    pub async fn write(&self, label: &str, text: &str) {
        self.write_in("", label, text).await;
    }

    /// As [`Browser::write`], in the group of that legend.
    pub async fn write_in(&self, group: &str, label: &str, text: &str) {
        let field = self.field(group, label).await;
        field.clear().await.unwrap_or_else(|error| panic!("clearing {label:?}: {error}"));
        field.send_keys(text).await.unwrap_or_else(|error| panic!("typing into {label:?}: {error}"));
    }

    /// Chooses from the list of this label.
    pub async fn choose(&self, label: &str, option: &str) {
        self.choose_in("", label, option).await;
    }

    /// As [`Browser::choose`], in the group of that legend.
    pub async fn choose_in(&self, group: &str, label: &str, option: &str) {
        self.effort.choices.fetch_add(1, Ordering::Relaxed);
        let list = self.field(group, label).await;
        let place = "return [...arguments[0].options].findIndex(o => o.text.includes(arguments[1]))";
        let place = self.run(place, &[json!(list), json!(option)]).await;
        let place = place.as_u64().and_then(|place| usize::try_from(place).ok());
        let place = place.unwrap_or_else(|| panic!("{label} offers no {option:?}"));
        list.select_by_index(place).await.unwrap_or_else(|error| panic!("choosing {option:?}: {error}"));
    }

    /// Ticks the radio button or box of that label in the group of that legend.
    pub async fn tick(&self, group: &str, label: &str) {
        self.effort.choices.fetch_add(1, Ordering::Relaxed);
        let found = self.field(group, label).await;
        self.tick_it(&found, label).await;
    }

    /// Ticks what a script finds: one of many of the same label.
    pub async fn tick_found(&self, script: &str, arguments: &[Value]) {
        self.effort.choices.fetch_add(1, Ordering::Relaxed);
        let found = self.find(script, arguments).await;
        self.tick_it(&found.unwrap_or_else(|| panic!("{script} finds nothing to tick")), script).await;
    }

    async fn tick_it(&self, found: &Element, label: &str) {
        // The design system hides the input and draws its label.
        let shown = self
            .run("const l = arguments[0].labels[0]; l.scrollIntoView({ block: 'center' }); return l", &[json!(found)])
            .await;
        self.element(&shown)
            .expect("it has a label")
            .click()
            .await
            .unwrap_or_else(|error| panic!("ticking {label:?}: {error}"));
        let ticked = self.run("return arguments[0].checked", &[json!(found)]).await;
        assert_eq!(ticked, json!(true), "{label:?} is ticked");
    }

    /// What stands in the field of this label.
    pub async fn written(&self, label: &str) -> String {
        let field = self.field("", label).await;
        field.prop("value").await.expect("a field").unwrap_or_default()
    }

    /// The field of this label.
    pub async fn field(&self, group: &str, label: &str) -> Element {
        let found = self.find(FIND_FIELD, &[json!(label), json!(group)]).await;
        match found {
            Some(field) => field,
            None => panic!("no field {label:?} {group}: {}", self.read().await),
        }
    }

    /// What a person reads on the page, blank space folded.
    pub async fn read(&self) -> String {
        let text = self.run("return (document.querySelector('main') || document.body).innerText", &[]).await;
        text.as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Waits until a person reads this.
    pub async fn says(&self, words: &str) {
        let begun = Instant::now();
        loop {
            let text = self.read().await;
            if text.contains(words) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{} does not say {words:?}: {text}", self.path().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Asserts that a person does not read this.
    pub async fn says_not(&self, words: &str) {
        let text = self.read().await;
        assert!(!text.contains(words), "{} says {words:?}: {text}", self.path().await);
    }

    /// Presses keys, wherever the focus is.
    pub async fn keys(&self, keys: &[Key]) {
        let mut text = String::new();
        for key in keys {
            write!(text, "{}", char::from(*key)).expect("a string takes it");
        }
        self.focused().await.send_keys(&text).await.expect("the keys arrive");
    }

    /// What has the focus.
    pub async fn focused(&self) -> Element {
        self.client.active_element().await.expect("a page is open")
    }

    /// Runs a script of the test's own in the page; the page's policy does not bind it.
    pub async fn run(&self, script: &str, arguments: &[Value]) -> Value {
        self.client.execute(script, arguments.to_vec()).await.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// As [`Browser::run`], for a script that calls its last argument when it is done.
    pub async fn run_later(&self, script: &str, arguments: &[Value]) -> Value {
        self.client.execute_async(script, arguments.to_vec()).await.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Waits until a script gives true.
    pub async fn until(&self, script: &str, what: &str) {
        let begun = Instant::now();
        loop {
            // Between two pages there is nothing to run a script in.
            if matches!(self.client.execute(script, Vec::new()).await, Ok(Value::Bool(true))) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{what}: {}", self.read().await);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Makes the page so many pixels wide and high.
    pub async fn size(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// Lays the page out as it is printed, or as it is seen again.
    pub async fn on_paper(&self, printed: bool) {
        let media = if printed { "print" } else { "" };
        self.devtools("Emulation.setEmulatedMedia", json!({ "media": media })).await;
    }

    /// Cuts the link to the server, or brings it back.
    pub async fn link(&self, up: bool) {
        let conditions = json!({ "offline": !up, "latency": 0, "download_throughput": -1, "upload_throughput": -1 });
        self.own("chromium/network_conditions", json!({ "network_conditions": conditions }))
            .await
            .expect("the link is set");
    }

    /// Takes over the session of a person who signed in elsewhere.
    pub async fn take_over(&self, cookie: &str) {
        self.devtools("Network.clearBrowserCookies", json!({})).await;
        let Some((name, value)) = cookie.split_once('=') else { return };
        let kept =
            self.devtools("Network.setCookie", json!({ "name": name, "value": value, "url": self.origin })).await;
        assert_eq!(kept["success"], json!(true), "the cookie is kept");
    }

    /// The errors the browser noted since it was last asked: scripts, the page's policy, files. Not that a page of this
    /// address came with an error's status, which is what a test may have asked for.
    pub async fn errors(&self) -> Vec<String> {
        let entries = self.own("se/log", json!({ "type": "browser" })).await.expect("the log is read");
        let own = |entry: &Value| {
            entry["source"] == "network"
                && entry["message"].as_str().is_some_and(|text| text.contains("the server responded with a status of"))
        };
        let entries = entries.as_array().cloned().unwrap_or_default();
        let bad =
            entries.iter().filter(|entry| matches!(entry["level"].as_str(), Some("SEVERE" | "WARNING")) && !own(entry));
        bad.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// A picture of what is on the screen.
    pub async fn picture(&self) -> Vec<u8> {
        self.client.screenshot().await.expect("a page is open")
    }

    pub async fn leave(self) {
        self.client.close().await.expect("the browser ends");
    }

    async fn find(&self, script: &str, arguments: &[Value]) -> Option<Element> {
        let begun = Instant::now();
        loop {
            let found = self.run(script, arguments).await;
            if let Some(element) = self.element(&found) {
                return Some(element);
            }
            if begun.elapsed() > Duration::from_secs(2) {
                return None;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The element a script gave back.
    pub fn element(&self, given: &Value) -> Option<Element> {
        let id = given.as_object()?.values().next()?.as_str()?;
        Some(Element::from_element_id(self.client.clone(), ElementRef::from(id.to_owned())))
    }

    async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.own("goog/cdp/execute", json!({ "cmd": command, "params": parameters }))
            .await
            .unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    async fn own(&self, path: &'static str, body: Value) -> Result<Value, CmdError> {
        self.client.issue_cmd(Own { path, body }).await
    }
}
