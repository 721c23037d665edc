//! The table `[hub]` of `blog.toml`: from where a lab may fetch a model, if its reader asks for it.

use super::{Reader, article};
use crate::build::codes;
use crate::build::diagnostic::did_you_mean;
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::DeValue;

/// A model's files, each with the last part of its link's id.
pub const MODEL_FILES: [(&str, &str); 3] =
    [("config", "config.json"), ("tokenizer", "tokenizer.json"), ("weights", "model.safetensors")];

/// The keys of the table; the last one it may lack.
const KEYS: [&str; 5] = ["address", "hosts", "repository", "revision", "sha256"];
const REQUIRED: usize = 4;

/// A hub, and the model that is fetched from it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hub {
    /// Where it is, without a slash at its end: `https://huggingface.co`.
    pub address: String,
    /// Every origin that a file may come from, those that the hub redirects to included, as a policy names them:
    /// `https://*.hf.co` are all hosts under `hf.co`.
    pub hosts: Vec<String>,
    /// `owner/name` of the model.
    pub repository: String,
    /// The commit whose files are meant.
    pub revision: String,
    /// Checksums of its files in hexadecimal digits, as far as they are known.
    pub sha256: BTreeMap<String, String>,
}

impl Hub {
    /// Where a file lies.
    pub fn url(&self, file: &str) -> String {
        format!("{}/{}/resolve/{}/{file}", self.address, self.repository, self.revision)
    }
}

impl Reader<'_, '_> {
    pub(super) fn hub(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Hub> {
        let Some(table) = value.get_ref().as_table() else {
            let message = format!("`hub` must be a table, found {}", article(value.get_ref().type_str()));
            self.error(codes::WRONG_TYPE, value.span(), message);
            return None;
        };
        let n_found = self.found.len();
        let mut hub = Hub::default();
        let mut address_span = value.span();
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            match name {
                "address" => {
                    hub.address = self.origin_of("address", value);
                    address_span = value.span();
                }
                "hosts" => hub.hosts = self.hosts(value),
                "repository" => hub.repository = self.name_of("a model", name, value),
                "revision" => hub.revision = self.digits("revision", value, 40),
                "sha256" => hub.sha256 = self.checksums(value),
                _ => self.unknown("hub", &KEYS, key),
            }
        }
        self.missing("hub", table, &KEYS, REQUIRED, value.span().start);
        if self.found.len() > n_found {
            return None;
        }
        if !hub.hosts.contains(&hub.address) {
            let message = format!("`{}` is not among the `hosts`, so that no page might ask it", hub.address);
            self.error(codes::BAD_VALUE, address_span, message);
            return None;
        }
        Some(hub)
    }

    /// Scheme and host, and a port where there is one: what a policy can name.
    pub(super) fn origin_of(&mut self, name: &str, value: &Spanned<DeValue<'_>>) -> String {
        let address = self.text(name, value);
        if !address.is_empty() && !is_origin(&address, false) {
            self.error(
                codes::BAD_VALUE,
                value.span(),
                format!("`{name}` must be https:// and a host, such as `https://example.org`"),
            );
        }
        address
    }

    fn hosts(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<String> {
        let Some(list) = value.get_ref().as_array().filter(|list| !list.is_empty()) else {
            let message = format!("`hosts` must be a list of hosts, found {}", article(value.get_ref().type_str()));
            self.error(codes::WRONG_TYPE, value.span(), message);
            return Vec::new();
        };
        let mut hosts = Vec::new();
        for value in list {
            let host = self.text("hosts", value);
            if !host.is_empty() && !is_origin(&host, true) {
                let message = format!("`{host}` is no host that a policy can name");
                self.error(codes::BAD_VALUE, value.span(), message);
                self.help("write one such as `https://example.org` or `https://*.example.org`");
            }
            hosts.push(host);
        }
        hosts
    }

    /// `OWNER/NAME` of what a hub holds.
    pub(super) fn name_of(&mut self, what: &str, name: &str, value: &Spanned<DeValue<'_>>) -> String {
        let text = self.text(name, value);
        let is_name = |part: &str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        };
        let parts: Vec<&str> = text.split('/').collect();
        let is_repository = parts.len() == 2 && parts.iter().all(|part| is_name(part));
        if !(text.is_empty() || is_repository) {
            let message = format!("`{text}` is not the name of {what}; write `OWNER/NAME`");
            self.error(codes::BAD_VALUE, value.span(), message);
        }
        text
    }

    /// `n` hexadecimal digits in small letters.
    fn digits(&mut self, name: &str, value: &Spanned<DeValue<'_>>, n: usize) -> String {
        let text = self.text(name, value);
        let is_right = text.len() == n && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if !text.is_empty() && !is_right {
            let message = format!("`{name}` must be {n} hexadecimal digits in small letters, found {}", text.len());
            self.error(codes::BAD_VALUE, value.span(), message);
        }
        text
    }

    fn checksums(&mut self, value: &Spanned<DeValue<'_>>) -> BTreeMap<String, String> {
        let Some(table) = value.get_ref().as_table() else {
            let message = format!("`sha256` must be a table, found {}", article(value.get_ref().type_str()));
            self.error(codes::WRONG_TYPE, value.span(), message);
            return BTreeMap::new();
        };
        let mut checksums = BTreeMap::new();
        for (key, value) in table {
            let file = key.get_ref().as_ref();
            let files = MODEL_FILES.map(|(_, file)| file);
            if !files.contains(&file) {
                self.error(codes::UNKNOWN_KEY, key.span(), format!("a model has no file `{file}`"));
                self.help(did_you_mean(file, files).unwrap_or_else(|| format!("its files are {}", files.join(", "))));
            }
            checksums.insert(file.to_owned(), self.digits(file, value, 64));
        }
        checksums
    }
}

/// Whether this is a scheme, a host and perhaps a port, and nothing else. Source: CSP Level 3, §2.3.1, `host-source`.
fn is_origin(text: &str, may_have_star: bool) -> bool {
    let host = ["https://", "http://"].iter().find_map(|scheme| text.strip_prefix(scheme)).unwrap_or_default();
    let host = if may_have_star { host.strip_prefix("*.").unwrap_or(host) } else { host };
    let (name, port) = host.split_once(':').unwrap_or((host, "0"));
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    name.split('.').all(is_part) && !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use crate::build::parse_config;

    const SITE: &str =
        "title = \"T\"\ntagline = \"L\"\ndescription = \"D\"\nlanguage = \"en\"\norigin = \"http://localhost:8080/\"\n";
    const REVISION: &str = "0123456789abcdef0123456789abcdef01234567";

    fn given(change: impl Fn(String) -> String) -> (Option<super::Hub>, Vec<String>) {
        let table = format!(
            "[hub]\naddress = \"https://hub.example\"\nhosts = [\"https://hub.example\", \"https://*.hub.example\"]\n\
             repository = \"an-owner/a_model.1\"\nrevision = \"{REVISION}\"\n"
        );
        let text = format!("{SITE}{}", change(table));
        let (config, found) = parse_config("blog.toml", text.as_bytes());
        (config.and_then(|config| config.hub), found.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_good_table_is_read() {
        let digest = "ab".repeat(32);
        let (hub, found) = given(|table| format!("{table}[hub.sha256]\n\"tokenizer.json\" = \"{digest}\"\n"));
        assert_eq!(found, [""; 0]);
        let hub = hub.unwrap();
        let url = format!("https://hub.example/an-owner/a_model.1/resolve/{REVISION}/config.json");
        assert_eq!(hub.url("config.json"), url);
        assert_eq!(hub.hosts, ["https://hub.example", "https://*.hub.example"]);
        assert_eq!(hub.sha256.get("tokenizer.json"), Some(&digest));
        let (hub, found) = given(|_| String::new());
        assert_eq!((hub, found.len()), (None, 0), "a blog needs none");
    }

    #[test]
    fn each_fault_is_one_sentence_with_its_place() {
        let cases = [
            ("address", "adress", "blog.toml:7:1: error: unknown key `adress` in `[hub]`; did you mean `address`?"),
            (
                "address = \"https://hub.example\"\n",
                "",
                "blog.toml:6:1: error: the key `address` is missing in `[hub]`",
            ),
            (
                "\"https://hub.example\"\nhosts",
                "\"https://other.example\"\nhosts",
                "blog.toml:7:11: error: `https://other.example` is not among the `hosts`, so that no page might ask it",
            ),
            (
                "\"https://hub.example\"\nhosts",
                "\"https://hub.example/x\"\nhosts",
                "blog.toml:7:11: error: `address` must be https:// and a host, such as `https://example.org`",
            ),
            (
                "https://*.hub.example",
                "https://*.hub.example; script-src *",
                "blog.toml:8:33: error: `https://*.hub.example; script-src *` is no host that a policy can name; write one such as `https://example.org` or `https://*.example.org`",
            ),
            (
                "https://*.hub.example",
                "*",
                "blog.toml:8:33: error: `*` is no host that a policy can name; write one such as `https://example.org` or `https://*.example.org`",
            ),
            (
                "[\"https://hub.example\", \"https://*.hub.example\"]",
                "\"https://hub.example\"",
                "blog.toml:8:9: error: `hosts` must be a list of hosts, found a string",
            ),
            ("an-owner/", "", "blog.toml:9:14: error: `a_model.1` is not the name of a model; write `OWNER/NAME`"),
            (
                REVISION,
                "main",
                "blog.toml:10:12: error: `revision` must be 40 hexadecimal digits in small letters, found 4",
            ),
        ];
        for (from, to, expected) in cases {
            let (hub, found) = given(|table| table.replacen(from, to, 1));
            assert_eq!((hub, found), (None, vec![expected.to_owned()]), "{from}");
        }
        let (_, found) = given(|table| format!("{table}sha256 = {{ \"tokeniser.json\" = \"12\" }}\n"));
        assert_eq!(
            found,
            [
                "blog.toml:11:12: error: a model has no file `tokeniser.json`; did you mean `tokenizer.json`?",
                "blog.toml:11:31: error: `tokeniser.json` must be 64 hexadecimal digits in small letters, found 2"
            ]
        );
        let (_, found) = given(|_| "hub = 3\n".to_owned());
        assert_eq!(found, ["blog.toml:6:7: error: `hub` must be a table, found an integer"]);
    }
}
