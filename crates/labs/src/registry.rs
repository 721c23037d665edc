//! Every lab that an article may name in a ```` ```lab ```` block, in the order of the articles.

/// One lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lab {
    /// Its name in Markdown, in URLs and as CSS prefix.
    pub name: &'static str,
    /// How far it is.
    pub state: State,
}

/// How far a lab is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Not built yet: the figure shows these two sentences and no control; it takes no parameters.
    Planned {
        /// Names the figure.
        caption: &'static str,
        /// What the reader will try first.
        question: &'static str,
    },
}

/// All labs.
pub const LABS: &[Lab] = &[
    Lab {
        name: "moe-routing",
        state: State::Planned {
            caption: "Router load of a small mixture of experts while it trains in the browser",
            question: "Without any balancing term, how many of the experts still receive tokens after a thousand steps, and what does each cure cost in task loss?",
        },
    },
    Lab {
        name: "sft",
        state: State::Planned {
            caption: "Loss and text of a small Pythia model before, during and after fine-tuning",
            question: "After how many steps does the loss on held-out pairs stop falling, although the loss on the training pairs goes on falling?",
        },
    },
    Lab {
        name: "scaling-laws",
        state: State::Planned {
            caption: "Loss along a fixed compute budget, split between parameters and tokens",
            question: "For the same compute, how far apart are the best model sizes that four published fits of the law recommend?",
        },
    },
    Lab {
        name: "mixing-matrix",
        state: State::Planned {
            caption: "The attention matrix of a short sequence, computed live from its queries and keys",
            question: "What happens to the rows of the matrix when you switch off the division by the square root of the head width?",
        },
    },
    Lab {
        name: "kv-cache",
        state: State::Planned {
            caption: "Bytes of key–value cache per token under MHA, GQA, MQA and MLA",
            question: "How many tokens of context fit into 80 GB under each scheme, and does the compressed cache give exactly the same attention output?",
        },
    },
    Lab {
        name: "reward-dpo",
        state: State::Planned {
            caption: "Scores fitted to pairwise labels, and a policy trained by DPO on the same pairs",
            question: "Can the loss of DPO fall while the probability of the preferred answer falls too?",
        },
    },
    Lab {
        name: "positions",
        state: State::Planned {
            caption: "Scores of a fixed query and key against distance, for each positional scheme",
            question: "Which of the schemes give the same score when you shift the query and the key by the same distance?",
        },
    },
    Lab {
        name: "dualpath",
        state: State::Planned {
            caption: "A simulated cluster that loads key–value caches over one path or over two",
            question: "At which length of newly appended text does the second path stop helping, and which resource is the limit from there on?",
        },
    },
    Lab {
        name: "policy-gradient",
        state: State::Planned {
            caption: "Sampled policy gradients of a small bandit against the exact gradient",
            question: "Which baseline makes the sampled gradient least noisy, and is it the mean reward?",
        },
    },
    Lab {
        name: "ppo-grpo",
        state: State::Planned {
            caption: "PPO and GRPO on one toy language model, with its true reward and exact KL",
            question: "When you divide each answer’s loss by its own length, do the wrong answers become longer or shorter?",
        },
    },
    Lab {
        name: "lsh",
        state: State::Planned {
            caption: "Chance that a pair becomes a candidate, against its similarity: theory and measured",
            question: "How few candidate pairs need an exact check if nine in ten of the planted neighbours must still be found?",
        },
    },
    Lab {
        name: "matrix-factorisation",
        state: State::Planned {
            caption: "Training and test error while a factorisation learns generated ratings",
            question: "The ratings have four hidden factors; at which rank does the test error begin to rise while the training error still falls?",
        },
    },
    Lab {
        name: "recommender-funnel",
        state: State::Planned {
            caption: "From 5,000 items to ten: a simulated recommender with a feedback loop",
            question: "After twenty simulated days, what has the loop done to the share of views that the most popular items get, and how much exploration undoes it?",
        },
    },
];

/// The lab of this name.
pub fn find(name: &str) -> Option<&'static Lab> {
    LABS.iter().find(|lab| lab.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_unique_and_fit_urls() {
        let names: HashSet<_> = LABS.iter().map(|lab| lab.name).collect();
        assert_eq!(names.len(), LABS.len());
        assert_eq!(LABS.len(), 13);
        assert!(
            names.iter().all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'))
        );
    }

    #[test]
    fn a_planned_lab_names_itself_and_asks() {
        for lab in LABS {
            let State::Planned { caption, question } = lab.state;
            assert!(!caption.ends_with('.') && caption.chars().count() <= 90, "{caption}");
            assert!(question.ends_with('?') && question.chars().count() <= 160, "{question}");
        }
    }

    #[test]
    fn a_lab_is_found_by_its_name_only() {
        assert_eq!(find("moe-routing"), LABS.first());
        assert_eq!(find("Moe-Routing"), None);
    }
}
