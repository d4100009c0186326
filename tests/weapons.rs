//! A weapon is one thing: what stands of it in another file is told on each, as far as its reader may know; and a count
//! that should not be there is taken back whole.

use std::time::{Duration, Instant};

use crate::support::{Page, TestApp, Visitor};

const MILL: &str = "select id from checks where subject like 'Cartridges for a sugar mill%'";
const LICENSE: &str = "select id from licenses where number = '050106402'";
const WHY: &str = "It is the list of another shipment.";

/// Sends a count, looks at how its numbers are read, and sends it again.
async fn count(app: &TestApp, post: &Visitor, license: &str, state: &str, numbers: &str) -> Page {
    // A count is known by its moment.
    app.clock.advance(time::Duration::seconds(1));
    let path = format!("{license}/serials");
    let item = post.get(&path).await.choice("item", "cartridges");
    let mut sent = vec![("item", item.as_str()), ("state", state), ("location", "Store 4"), ("numbers", numbers)];
    let shown = post.fill(&path, &sent).await;
    let seen = shown.is(422).input("seen").expect("the reading is shown");
    sent.push(("seen", &seen));
    post.fill(&path, &sent).await
}

/// Opens a check of that post on a license, and sends the request.
async fn request(case: &Visitor, post: &str, number: &str) -> String {
    let post = case.get("/checks/open").await.choice("post", post);
    let sent = [
        ("check_type", "pre_license"),
        ("post", post.as_str()),
        ("subject", "One more of them"),
        ("reason", "A new end-user; confirm the order and the need."),
        ("priority", "routine"),
        ("site_visit", "optional"),
        ("follows", ""),
    ];
    let check = case.done("/checks/open", &sent).await;
    case.done(&format!("{check}/licenses/add"), &[("number", number)]).await;
    case.done(&format!("{check}/request"), &[]).await;
    check
}

/// Registers a license of cartridges, as the one in Guatemala is.
async fn register(app: &TestApp, case: &Visitor, number: &str) -> String {
    let sent = [("number", number), ("license_form", "dsp_5"), ("destination", "GT"), ("value_usd", "100")];
    let license = case.done("/licenses/register", &sent).await;
    let class = app.value(&format!("select item_class from item_groups where license_id = ({LICENSE})")).await;
    let item = [
        ("label", "cartridges for sport"),
        ("item_class", class.as_str()),
        ("quantity", "50"),
        ("unit", "pieces"),
        ("jurisdiction", "itar"),
    ];
    case.done(&format!("{license}/items/add"), &item).await;
    license
}

/// The address of the whole count with that number.
async fn whole(app: &TestApp, license: &str, number: &str) -> String {
    let row = format!("select id from serials where number = '{number}' and license_id = '{}'", id_of(license));
    format!("{license}/mistakes/count/{}", app.value(&row).await)
}

/// How many contradictions the lists have beside that of the totals.
async fn more(app: &TestApp, check: &str) -> String {
    let more = "select words -> 'contradiction' ->> 1 from check_standings where check_id =";
    app.value(&format!("{more} '{}'", id_of(check))).await
}

fn id_of(address: &str) -> &str {
    address.rsplit('/').next().expect("it ends with an id")
}

#[tokio::test]
async fn a_weapon_on_two_licenses_is_told_on_each_file_as_far_as_its_reader_may_know() {
    let app = TestApp::demonstration().await;
    let (case, post, stranger) = (app.enter("case").await, app.enter("guatemala").await, app.enter("kingston").await);
    let mine = (format!("/licenses/{}", app.value(LICENSE).await), format!("/checks/{}", app.value(MILL).await));
    let other = register(&app, &case, "050188001").await;
    let theirs = request(&case, "Kingston", "050188001").await;
    count(&app, &post, &mine.0, "not_counted", "KX-100\nKX-101\nKX-102\nKX-103").await.is(303);
    post.get(&mine.1).await.says_not("in another file");
    count(&app, &stranger, &other, "seen", "KX-101\nkx 102\nKZ-9").await.is(303);
    // Each is told that there is another file, and no more; who sees both is led to the other.
    let told = "serial number KX-101 and 1 more stand in another file too";
    for (reader, check, hidden) in [(&post, &mine.1, "050188001"), (&stranger, &theirs, "050106402")] {
        let page = reader.get(check).await;
        page.is(200).says(&format!("cartridges{}: {told}", if check == &theirs { " for sport" } else { "" }));
        assert!(!page.body.contains(hidden), "the page tells of license {hidden}");
        for known in [&other, &mine.0, &theirs, &mine.1] {
            let is_own = reader.get(known).await.status == 200;
            assert!(is_own || !page.body.contains(id_of(known)), "the page leads to {known}");
        }
        let asked = reader.get(&format!("{check}/explain")).await;
        assert!(!asked.body.contains(hidden));
        assert_eq!(
            [&other, &mine.0].iter().filter(|id| asked.body.contains(id_of(id))).count(),
            0,
            "keys are of its own rows"
        );
    }
    let page = case.get(&mine.1).await;
    page.says(told).says("License 050188001");
    assert!(page.links().contains(&format!("{other}#serials")));
    case.get(&theirs).await.says(told).says("License 050106402");
    // Lists know it, on both.
    let listed = async |check: &str| {
        case.get("/").await.is(200);
        more(&app, check).await == "1"
    };
    assert!(listed(&theirs).await && listed(&mine.1).await);
    // It is explained, and the explanation lapses with what is found on the other file.
    let explained =
        [("contradiction", post.get(&format!("{}/explain", mine.1)).await.choice("contradiction", "in another file"))];
    let explained =
        [("contradiction", explained[0].1.as_str()), ("text", "The officer read the numbers off the crates again.")];
    post.done(&format!("{}/explain", mine.1), &explained).await;
    assert!(!listed(&mine.1).await);
    count(&app, &stranger, &other, "elsewhere", "KX-102").await.is(303);
    assert!(listed(&mine.1).await, "the facts are others by now");
    post.get(&mine.1).await.says("Lapsed");
    // Whoever sees the other license too is told which one it is.
    request(&case, "Guatemala", "050188001").await;
    post.get(&mine.1).await.says("serial number KX-101 and 1 more stand on license 050188001 too");
    // Of another class it is another weapon.
    app.run("set local session_replication_role = replica; update item_groups set item_class = 'pistol' where label = 'cartridges for sport'").await;
    case.get(&mine.1).await.says_not("stand on license");
}

#[tokio::test]
async fn a_count_under_a_wrong_license_is_taken_back_whole_and_both_files_are_right_again() {
    let app = TestApp::demonstration().await;
    let (case, post, stranger) = (app.enter("case").await, app.enter("guatemala").await, app.enter("kingston").await);
    let (mine, check) =
        (format!("/licenses/{}", app.value(LICENSE).await), format!("/checks/{}", app.value(MILL).await));
    let other = register(&app, &case, "050188002").await;
    request(&case, "Kingston", "050188002").await;
    count(&app, &post, &mine, "seen", "KX-100\nKX-101\nKX-102\nKX-103").await.is(303);
    count(&app, &stranger, &other, "seen", "KX-100\nKX-101\nKX-102\nKX-103").await.is(303);
    post.get(&check).await.says("KX-100 and 3 more stand in another file too");
    stranger.done(&whole(&app, &other, "KX-100").await, &[("reason", WHY)]).await;
    post.get(&check).await.says_not("in another file");
    case.get("/").await.is(200);
    assert_eq!(more(&app, &check).await, "0");
}

#[tokio::test]
async fn a_weapon_that_two_posts_saw_at_once_is_told_on_both_files() {
    let app = TestApp::demonstration().await;
    let (case, post, stranger) = (app.enter("case").await, app.enter("guatemala").await, app.enter("kingston").await);
    let (license, mine) =
        (format!("/licenses/{}", app.value(LICENSE).await), format!("/checks/{}", app.value(MILL).await));
    let theirs = request(&case, "Kingston", "050106402").await;
    count(&app, &post, &license, "seen", "KX-1\nKX-2").await.is(303);
    // Counted again by the same post, on whichever of its checks, it is the same weapon.
    count(&app, &post, &license, "seen", "KX-1\nKX-2").await.is(303);
    let told = "seen in another file too, before the first of the two was answered";
    post.get(&mine).await.says_not(told);
    count(&app, &stranger, &license, "seen", "KX-2\nKX-3").await.is(303);
    post.get(&mine).await.says(&format!("serial number KX-2 {told}"));
    stranger.get(&theirs).await.says(&format!("serial number KX-2 {told}"));
    // Nobody makes it go by counting once more.
    count(&app, &stranger, &license, "seen", "KX-2").await.is(303);
    post.get(&mine).await.says(&format!("serial number KX-2 {told}"));
    // Taken back, the word before holds: first the second count of that post, then its first.
    let word = "select s.state || ' ' || (select name from posts where id = c.post_id) || ' ' || jsonb_array_length(s.counted_before)
        from serials s join checks c on c.id = s.check_id where s.number = 'KX-2'";
    assert_eq!(app.value(word).await, "seen Kingston 3");
    let by_now = whole(&app, &license, "KX-2").await;
    stranger.get(&by_now).await.says("1 serial number counted before: what was said before holds again");
    stranger.done(&by_now, &[("reason", WHY)]).await;
    assert_eq!(app.value(word).await, "seen Kingston 2");
    stranger.done(&by_now, &[("reason", WHY)]).await;
    assert_eq!(app.value(word).await, "seen Guatemala 1");
    assert_eq!(app.value("select count(*) from serials where number = 'KX-3'").await, "0");
    post.get(&mine).await.says_not(told);
}

#[tokio::test]
async fn a_whole_count_is_taken_back_by_one_act() {
    let app = TestApp::demonstration().await;
    let (post, supervisor) = (app.enter("guatemala").await, app.enter("guatemala2").await);
    let license = format!("/licenses/{}", app.value(LICENSE).await);
    let page = format!("{license}/serials");
    post.get(&page).await.says("Nothing was counted here yet, or only single numbers.");
    count(&app, &post, &license, "not_counted", "KX1-KX5").await.is(303);
    count(&app, &post, &license, "seen", "KX4-KX9").await.is(303);
    count(&app, &post, &license, "missing", "KX9").await.is(303);
    let single = app.value("select id from serials where number = 'KX8'").await;
    post.done(&format!("{license}/mistakes/serial/{single}"), &[("reason", WHY)]).await;
    // It is found where numbers are counted, and says what it is and what becomes of it.
    let path = whole(&app, &license, "KX4").await;
    let counts = post.get(&page).await;
    counts.says("4 serial numbers of 9 mm cartridges").says("3 serial numbers of 9 mm cartridges");
    let leads: Vec<String> = counts.links().into_iter().filter(|link| link.contains("/mistakes/count/")).collect();
    assert_eq!(leads.len(), 2, "a single number is taken back alone");
    let asked = post.get(&path).await;
    asked
        .says("4 serial numbers of 9 mm cartridges")
        .says(": seen (counted on ")
        .says("2 serial numbers first counted there: not on the license any more")
        .says("2 serial numbers counted before: what was said before holds again")
        .says("1 serial number counted anew since: as counted last")
        .says("1 serial number taken back already: stays so");
    // Who may is who may take a single one of them back.
    supervisor.get(&path).await.says_not("Not yours to take back");
    count(&app, &supervisor, &license, "seen", "KS-1\nKS-2").await.is(303);
    let theirs = whole(&app, &license, "KS-1").await;
    let refused = post.get(&theirs).await;
    refused.says("Not yours to take back").says("Somebody else recorded this.").says_not("Take it back");
    supervisor.done(&theirs, &[("reason", WHY)]).await;
    // A number of it that was counted anew while the page was open is told first.
    let open = post.open(&path).await.set("reason", WHY);
    count(&app, &post, &license, "elsewhere", "KX7").await.is(303);
    open.send(&post).await.is(409);
    let entries = "select count(*) from audit_events";
    let before: u32 = app.value(entries).await.parse().unwrap();
    let led = post.done(&path, &[("reason", WHY)]).await;
    assert_eq!(app.value(entries).await.parse::<u32>().unwrap(), before + 1, "one entry");
    let left = "select string_agg(number || ' ' || state, ', ' order by number) from serials where number like 'KX_'";
    assert_eq!(
        app.value(left).await,
        "KX1 not_counted, KX2 not_counted, KX3 not_counted, KX4 not_counted, KX5 not_counted, KX7 elsewhere, KX9 missing"
    );
    post.get(&led).await.says("3 serial numbers of 9 mm cartridges").says("Recorded by mistake").says(WHY);
    post.get(&license).await.says(WHY);
    let kept = "select jsonb_array_length(kept -> 'serials') || ' ' || cardinality(struck) || ' ' || side from mistakes where kind = 'count' order by taken_back_at desc limit 1";
    assert_eq!(app.value(kept).await, "3 3 post");
    app.enter("auditor")
        .await
        .get("/log?verb=row_taken_back")
        .await
        .says("took back as recorded by mistake: 3 serial numbers of 9 mm cartridges");
}

#[tokio::test]
async fn ten_thousand_numbers_are_taken_back_at_once_and_quickly() {
    let app = TestApp::demonstration().await;
    let post = app.enter("guatemala").await;
    let license = format!("/licenses/{}", app.value(LICENSE).await);
    let many: Vec<String> = (0..10_000).map(|number| format!("KX{number:05}")).collect();
    count(&app, &post, &license, "not_counted", &many[..5_000].join("\n")).await.is(303);
    count(&app, &post, &license, "seen", &many.join("\n")).await.is(303);
    let path = whole(&app, &license, "KX00000").await;
    let began = Instant::now();
    post.get(&path).await.is(200).says("10,000 serial numbers of 9 mm cartridges");
    post.done(&path, &[("reason", WHY)]).await;
    assert!(began.elapsed() < Duration::from_secs(10), "it took {:?}", began.elapsed());
    let left = "select count(*) || ' ' || count(*) filter (where state = 'not_counted')";
    let left = format!("{left} from serials where license_id = ({LICENSE})");
    assert_eq!(app.value(&left).await, "5000 5000");
}
