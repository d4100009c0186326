//! Where a browser is, and what its address is counted as.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::{Extensions, HeaderMap};

use crate::app::Site;

/// The address a request came from, as inserted by the accept loop.
#[derive(Debug, Clone, Copy)]
pub struct PeerAddress(pub IpAddr);

/// The browser's address: the peer's, or what the proxy in front says in the last entry of the last line. Whatever
/// stands before that, the browser may have written itself.
pub fn client_address(site: &Site, headers: &HeaderMap, extensions: &Extensions) -> String {
    let last = headers.get_all("x-forwarded-for").iter().next_back().filter(|_| site.behind_proxy);
    let named = last.and_then(|line| forwarded(line.to_str().ok()?.rsplit(',').next()?.trim()));
    let peer = extensions.get::<PeerAddress>().map(|peer| peer.0);
    named.or(peer).map_or_else(|| "in-process".to_owned(), |address| address.to_string())
}

/// An address as proxies write it: some with the port.
fn forwarded(entry: &str) -> Option<IpAddr> {
    entry.parse().ok().or_else(|| entry.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
}

/// What an address is counted as: of IPv6 the network of 64 bits, of which one machine has every address.
pub fn counted_address(address: &str) -> String {
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(v6)) => format!("{}/64", Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
        Ok(v4) => v4.to_string(),
        Err(_) => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_proxy_in_front_names_the_browser() {
        let told = |behind_proxy, lines: &[&'static str]| {
            let site = Site { behind_proxy, ..Site::default() };
            let (mut headers, mut extensions) = (HeaderMap::new(), Extensions::new());
            for line in lines {
                headers.append("x-forwarded-for", line.parse().expect("a header value"));
            }
            extensions.insert(PeerAddress(IpAddr::from([192, 0, 2, 1])));
            client_address(&site, &headers, &extensions)
        };
        for (lines, address) in [
            (&["203.0.113.9"][..], "203.0.113.9"),
            (&["198.51.100.4, 203.0.113.9"], "203.0.113.9"),
            (&["198.51.100.4", "203.0.113.9"], "203.0.113.9"),
            (&["203.0.113.9:4711"], "203.0.113.9"),
            (&["[2001:db8::7]:4711"], "2001:db8::7"),
            (&["203.0.113.9, unknown"], "192.0.2.1"),
            (&[], "192.0.2.1"),
        ] {
            assert_eq!(told(true, lines), address, "{lines:?}");
            assert_eq!(told(false, lines), "192.0.2.1", "{lines:?}");
        }
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        for (address, counted) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
            ("::1", "::/64"),
            ("in-process", "in-process"),
        ] {
            assert_eq!(counted_address(address), counted);
        }
    }
}
