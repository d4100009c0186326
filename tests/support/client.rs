//! A browser without scripts: keeps its cookie, follows no redirect, fills forms in by reading them.

use reqwest::{Client, Method, header, redirect::Policy};
use scraper::{Html, Selector};

#[derive(Debug)]
pub struct Page {
    pub status: u16,
    /// Where a redirect leads.
    pub location: String,
    pub headers: header::HeaderMap,
    pub body: String,
    /// The bytes that came over the wire for it.
    pub raw: usize,
}

impl Page {
    /// What a person reads, blank space folded.
    pub fn text(&self) -> String {
        let page = Html::parse_document(&self.body);
        let main = Selector::parse("main").expect("a selector");
        let all = page
            .select(&main)
            .next()
            .map_or_else(|| page.root_element().text().collect::<Vec<_>>(), |main| main.text().collect());
        all.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Asserts that a person reads this.
    #[track_caller]
    pub fn says(&self, words: &str) -> &Self {
        assert!(self.text().contains(words), "{} does not say {words:?}: {}", self.status, self.text());
        self
    }

    /// Asserts that a person does not read this.
    #[track_caller]
    pub fn says_not(&self, words: &str) -> &Self {
        assert!(!self.text().contains(words), "says {words:?}: {}", self.text());
        self
    }

    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// Asserts a refusal by a rule, in words.
    #[track_caller]
    pub fn refused(&self, words: &str) -> &Self {
        self.is(409).says(words)
    }

    /// What an input or a text area would send.
    pub fn input(&self, name: &str) -> Option<String> {
        let page = Html::parse_document(&self.body);
        let control =
            Selector::parse(&format!("input[name=\"{name}\"], textarea[name=\"{name}\"]")).expect("a selector");
        let control = page.select(&control).next()?;
        let text = || control.text().collect::<String>();
        if control.value().name() == "textarea" {
            Some(text())
        } else {
            control.value().attr("value").map(str::to_owned)
        }
    }

    /// The value of the option, radio button or checkbox of a field whose label contains `label`.
    #[track_caller]
    pub fn choice(&self, field: &str, label: &str) -> String {
        let page = Html::parse_document(&self.body);
        let inputs = Selector::parse(&format!("input[name=\"{field}\"]")).expect("a selector");
        for input in page.select(&inputs) {
            let id = input.value().attr("id").unwrap_or_default();
            let labels = Selector::parse(&format!("label[for=\"{id}\"]")).expect("a selector");
            if page.select(&labels).any(|shown| shown.text().collect::<String>().contains(label)) {
                return input.value().attr("value").unwrap_or_default().to_owned();
            }
        }
        let options = Selector::parse(&format!("select[name=\"{field}\"] option")).expect("a selector");
        let option = page.select(&options).find(|option| option.text().collect::<String>().contains(label));
        option
            .unwrap_or_else(|| panic!("{field} offers no {label:?}"))
            .value()
            .attr("value")
            .unwrap_or_default()
            .to_owned()
    }

    /// The rows that it asks about one by one: the name of each row's answer, and what stands there.
    pub fn asked(&self) -> Vec<(String, String)> {
        let page = Html::parse_document(&self.body);
        let (rows, legend) =
            (Selector::parse("fieldset").expect("a selector"), Selector::parse("legend").expect("a selector"));
        let input = Selector::parse("input[type=radio][name*=\".\"]").expect("a selector");
        let row = |row: scraper::ElementRef<'_>| {
            let name = row.select(&input).next()?.value().attr("name")?.to_owned();
            Some((name, row.select(&legend).next()?.text().collect::<String>().trim().to_owned()))
        };
        page.select(&rows).filter_map(row).collect()
    }

    /// The addresses of links and of forms that post, on this site.
    pub fn links(&self) -> Vec<String> {
        let page = Html::parse_document(&self.body);
        let all = Selector::parse("a[href], form[action]").expect("a selector");
        let addresses = page
            .select(&all)
            .filter_map(|element| element.value().attr("href").or_else(|| element.value().attr("action")));
        addresses.filter(|address| address.starts_with('/')).map(str::to_owned).collect()
    }

    /// The address of the first link whose text contains `label`.
    #[track_caller]
    pub fn link(&self, label: &str) -> String {
        let page = Html::parse_document(&self.body);
        let links = Selector::parse("a[href]").expect("a selector");
        // Blanks and ends of lines as a browser shows them.
        let shown = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let link = page.select(&links).find(|link| shown(link.text().collect()).contains(label));
        link.unwrap_or_else(|| panic!("no link {label:?}: {}", self.text()))
            .value()
            .attr("href")
            .unwrap_or_default()
            .to_owned()
    }
}

#[derive(Debug, Clone)]
pub struct Visitor {
    client: Client,
    origin: String,
    cookie: String,
    browser: String,
}

impl Visitor {
    /// A browser in which nobody is signed in.
    pub fn new(origin: &str) -> Self {
        let client = Client::builder().redirect(Policy::none()).no_proxy().build().expect("a client");
        Self { client, origin: origin.to_owned(), cookie: String::new(), browser: String::new() }
    }

    /// Signs in, and keeps the cookies: of the session, and of the browser that is known from then on.
    pub async fn sign_in(&mut self, account: &str, password: &str) -> Page {
        let fields = [("account", account), ("password", password), ("next", "/"), ("carried", "")];
        let page = self.post("/sign-in", &fields).await;
        for cookie in page.headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            let kept = if cookie.contains("-browser=") { &mut self.browser } else { &mut self.cookie };
            cookie.split(';').next().unwrap_or_default().clone_into(kept);
        }
        page
    }

    /// The same session at another server.
    pub fn at(&self, origin: &str) -> Self {
        Self { origin: origin.to_owned(), ..self.clone() }
    }

    /// The same session in a browser that nobody knows.
    pub fn unknown(&self) -> Self {
        Self { browser: String::new(), ..self.clone() }
    }

    fn cookies(&self) -> String {
        let both = [self.cookie.as_str(), self.browser.as_str()];
        both.into_iter().filter(|cookie| !cookie.is_empty()).collect::<Vec<_>>().join("; ")
    }

    /// The session's cookie, `name=value`.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    pub async fn get(&self, path: &str) -> Page {
        self.send(Method::GET, path, String::new(), &[("accept", "text/html")]).await
    }

    /// Sends a form as a browser on the site does.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.send(Method::POST, path, encoded(fields), &[("accept", "text/html"), ("sec-fetch-site", "same-origin")])
            .await
    }

    /// Opens a form, fills it in and sends it, under the form's own id and version.
    pub async fn fill(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let form = self.get(path).await;
        assert_eq!(form.status, 200, "opening {path}: {}", form.text());
        let (id, version) = (form.input("form_id").unwrap_or_default(), form.input("version").unwrap_or_default());
        let mut all = vec![("form_id", id.as_str()), ("version", version.as_str())];
        all.extend_from_slice(fields);
        self.post(path, &all).await
    }

    /// As [`Visitor::fill`], for a form that has to be accepted; gives where it leads.
    #[track_caller]
    pub fn done(&self, path: &str, fields: &[(&str, &str)]) -> impl Future<Output = String> {
        let (path, visitor) = (path.to_owned(), self.clone());
        let fields: Vec<(String, String)> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        async move {
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let page = visitor.fill(&path, &fields).await;
            assert_eq!(page.status, 303, "{path}: {}", page.text());
            page.location
        }
    }

    /// Sends a request as it is.
    pub async fn send(&self, method: Method, path: &str, body: String, headers: &[(&str, &str)]) -> Page {
        let mut request =
            self.client.request(method, format!("{}{path}", self.origin)).header(header::COOKIE, self.cookies());
        request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.body(body).send().await.expect("the server answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let location =
            headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let body = response.bytes().await.expect("the body arrives");
        Page { status, location, headers, raw: body.len(), body: String::from_utf8_lossy(&body).into_owned() }
    }
}

/// Pairs as a form sends them.
pub fn encoded(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}
