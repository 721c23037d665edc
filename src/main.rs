//! Starts the client in a browser.

fn main() {
    blog::browser::start();
}
