/// SplitMix64: the same numbers for the same seed, so that a failure can be had again.
struct RandomNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// One of the elements; the fallback if there are none.
    mutating func one<Element>(of elements: [Element], or fallback: Element) -> Element {
        elements.randomElement(using: &self) ?? fallback
    }

    /// A text of characters of the alphabet.
    mutating func text(_ alphabet: String, _ count: ClosedRange<Int>) -> String {
        let characters = Array(alphabet)
        return String((0..<Int.random(in: count, using: &self)).map { _ in one(of: characters, or: "x") })
    }
}

/// Seeds of the property tests: some that stay, and one that is new in every run. A failure names its seed.
let seeds: [UInt64] = {
    let new = UInt64.random(in: 1...UInt64.max)
    print("new seed of this run: \(new)")
    return [1, 2, 3, 2017, new]
}()
