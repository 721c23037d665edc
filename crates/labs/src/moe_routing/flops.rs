//! What a forward pass costs, and in how many ways experts can be combined.
//!
//! Counted as papers count it: two floating-point operations per multiply–add of a matrix product; biases,
//! activations, and the weighted sum of outputs are left out.
//!
//! Fine segmentation cuts each of `N` experts into `m` with a hidden layer `1/m` as wide, and activates `m·K`
//! instead of `K`: experts cost what they did before. The router does not: its matrix grows with the number of
//! experts. In a language model that is a small part, in two dimensions it is not, so the two are counted apart.
//!
//! Source: Dai et al. 2024 (DeepSeekMoE, arXiv 2401.06066), §3.1.

/// Per token, of the active experts: each takes `width` numbers to `hidden` and back.
pub const fn expert_flops(n_active: usize, width: usize, hidden: usize) -> usize {
    n_active * 2 * (width * hidden + hidden * width)
}

/// Per token, of the router: a product of `width` numbers with a matrix that has a column for each routed expert.
pub const fn router_flops(n_routed: usize, width: usize) -> usize {
    2 * width * n_routed
}

/// The number of ways to choose `k` of `n`; `None` where it is too large for 128 bits.
pub fn combinations(n: u32, k: u32) -> Option<u128> {
    if k > n {
        return Some(0);
    }
    // After each factor the product is a binomial coefficient itself, so the division leaves no rest.
    (0..k.min(n - k)).try_fold(1_u128, |product, i| Some(product.checked_mul(u128::from(n - i))? / u128::from(i + 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected: DeepSeekMoE §3.1 for 120 and 4,426,165,368; Python 3.11 `math.comb` for the others.
    #[test]
    fn combinations_of_experts() {
        assert_eq!(combinations(16, 2), Some(120));
        assert_eq!(combinations(64, 8), Some(4_426_165_368));
        assert_eq!(combinations(256, 8), Some(409_663_695_276_000));
        assert_eq!(combinations(8, 2), Some(28));
        assert_eq!((combinations(8, 0), combinations(8, 8), combinations(8, 9)), (Some(1), Some(1), Some(0)));
        assert_eq!(combinations(1000, 500), None);
    }

    #[test]
    fn segmented_experts_cost_the_same_and_their_router_does_not() {
        for segments in [1, 2, 4] {
            assert_eq!(expert_flops(2 * segments, 2, 16 / segments), 256);
            assert_eq!(router_flops(8 * segments, 2), 32 * segments);
        }
    }
}
