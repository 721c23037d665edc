//! Fast kernels against naive ones on this machine. See `twins/mod.rs`.

#[path = "twins/mod.rs"]
mod kernels;

#[test]
fn every_fast_kernel_equals_its_naive_twin() {
    let compared = kernels::Twins::compare_all().unwrap();
    assert!(compared > 50_000, "only {compared} numbers were compared");
}
