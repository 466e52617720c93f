import Testing

@testable import Reports

/// What is shown as a diff is one: `patch` would make the new text of the old.
@Suite("Unified diffs") struct UnifiedDiffTests {
    @Test func equalTextsHaveNone() {
        #expect(UnifiedDiff(["a", "b"], ["a", "b"], names: ("old", "new")).text.isEmpty)
        #expect(UnifiedDiff([], [], names: ("old", "new")).text.isEmpty)
    }

    @Test func itLooksAsDiffMakesIt() {
        let old = (1...12).map { "line \($0)" }
        var new = old
        new[1] = "changed"
        new.append("added")
        #expect(
            UnifiedDiff(old, new, names: ("old", "new")).text == """
                --- old
                +++ new
                @@ -1,5 +1,5 @@
                 line 1
                -line 2
                +changed
                 line 3
                 line 4
                 line 5
                @@ -10,3 +10,4 @@
                 line 10
                 line 11
                 line 12
                +added

                """)
    }

    @Test func aFileThatIsNotThereIsCalledDevNull() {
        #expect(UnifiedDiff(nil, ["a"], names: ("old", "new")).text == "--- /dev/null\n+++ new\n@@ -0,0 +1,1 @@\n+a\n")
        #expect(UnifiedDiff(["a"], nil, names: ("old", "new")).text == "--- old\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a\n")
    }

    @Test func appliedToTheOldTextItGivesTheNew() throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        var random = Random(state: seed)
        for round in 0..<2000 {
            let old = random.lines()
            let new = random.edited(old)
            let text = UnifiedDiff(old, new, names: ("old", "new")).text
            #expect(try Patch.apply(text, to: old) == new, "seed \(seed), round \(round)")
            #expect(text.isEmpty == (old == new), "seed \(seed), round \(round)")
        }
    }
}

/// Applies a unified diff, and takes nothing on trust: places, counts and context have to agree.
private enum Patch {
    struct Invalid: Error { let line: String }

    static func apply(_ diff: String, to old: [String]) throws -> [String] {
        guard !diff.isEmpty else { return old }
        var lines = diff.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).dropLast()
        guard lines.popFirst() == "--- old", lines.popFirst() == "+++ new" else { throw Invalid(line: "names") }
        var new: [String] = []
        var place = 0
        while let head = lines.popFirst() {
            let numbers = head.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
            guard head.hasPrefix("@@ -"), head.hasSuffix(" @@"), numbers.count == 4 else { throw Invalid(line: head) }
            let start = numbers[1] == 0 ? numbers[0] : numbers[0] - 1
            guard start >= place, start <= old.count else { throw Invalid(line: head) }
            new += old[place..<start]
            place = start
            guard new.count == (numbers[3] == 0 ? numbers[2] : numbers[2] - 1) else { throw Invalid(line: head) }
            var (removed, added) = (0, 0)
            while let line = lines.first, !line.hasPrefix("@@") {
                lines.removeFirst()
                let text = String(line.dropFirst())
                if line.first != "+" {
                    guard place < old.count, old[place] == text else { throw Invalid(line: line) }
                    place += 1
                    removed += 1
                }
                if line.first != "-" {
                    new.append(text)
                    added += 1
                }
            }
            guard removed == numbers[1], added == numbers[3] else { throw Invalid(line: head) }
        }
        return new + old[place...]
    }
}

private struct Random {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(bound))
    }

    /// Few different lines, so that many are equal.
    mutating func line() -> String { ["a", "b", "c", "", "livepatch: x"][below(5)] }

    mutating func lines() -> [String] {
        let count = below(30)
        return (0..<count).map { _ in line() }
    }

    mutating func edited(_ old: [String]) -> [String] {
        var new = old
        for _ in 0..<below(6) {
            switch below(3) {
            case 0 where !new.isEmpty: new.remove(at: below(new.count))
            case 1 where !new.isEmpty: new[below(new.count)] = line()
            default: new.insert(line(), at: below(new.count + 1))
            }
        }
        return new
    }
}
