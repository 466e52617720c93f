import Livepatch
import ReferenceEngine

/// What a trace tells of one pair of object and id while calls of several tasks overlap.
///
/// Each call takes effect at one moment between its entry and its return: where klp_shadow_lock is held, or, for klp_shadow_get,
/// where the RCU walk passes. (kernel/livepatch/shadow.c, linux-4.15 to 6.12) So every order of the overlapping calls is followed,
/// and what no order explains contradicts the model.
struct TracedShadowPair {
    /// What the pair may be like.
    enum Presence: Hashable {
        case unknown, absent
        case present(TracedPointer)
    }

    /// One course of things: what the pair is like, and which of the calls that may still run have taken effect.
    struct Course: Hashable {
        var presence: Presence
        var done: Set<Int> = []
    }

    /// All courses that explain what was seen.
    private(set) var courses: Set<Course>
    /// The calls that may still run.
    private(set) var window: [Int]
    /// The last call that is over.
    private(set) var last: Int?
    /// The calls that are over, without those that were over before another of these began.
    private(set) var latest: [Int] = []
    /// The last call that took the variable away.
    private(set) var taken: Int?
    /// True after a contradiction, or where too much overlaps: nothing is known until no call runs.
    private(set) var isMuddled = false

    init(_ presence: Presence, window: [Int]) {
        courses = [Course(presence: presence)]
        self.window = window
    }

    /// So much is followed.
    private static let mostCalls = 64
    private static let mostCourses = 1000

    /// What the pair is like for certain, if no call runs but those given.
    func certainty(besides running: [Int] = []) -> Presence? {
        guard !isMuddled, window == running, courses.count == 1, let course = courses.first, course.done.isEmpty,
            course.presence != .unknown
        else { return nil }
        return course.presence
    }

    mutating func begin(_ call: Int) {
        window.append(call)
        if window.count > Self.mostCalls { muddle() }
    }

    /// The call is over: it has taken effect.
    ///
    /// - Parameters:
    ///   - precedes: true if the first call was over before the second began.
    ///   - next: what the pair may be like after a call that found it so; none if it cannot have been so.
    /// - Returns: false if no order of the calls explains it.
    mutating func end(
        _ call: Int, precedes: (Int, Int) -> Bool, next: (Presence, Int) -> [Presence]
    ) -> Bool {
        defer {
            window.removeAll { $0 == call }
            if window.isEmpty && isMuddled { forget() }
        }
        guard !isMuddled else { return true }
        guard let explained = explained(call, precedes, next) else {
            muddle()
            return true
        }
        guard !explained.isEmpty else {
            muddle()
            return false
        }
        courses = explained
        last = call
        latest = latest.filter { !precedes($0, call) } + [call]
        return true
    }

    mutating func take(by call: Int) { taken = call }

    /// Nothing is known any more.
    mutating func muddle() {
        isMuddled = true
        courses = [Course(presence: .unknown)]
        if window.isEmpty { forget() }
    }

    private mutating func forget() {
        isMuddled = false
        courses = [Course(presence: .unknown)]
        last = nil
        latest = []
        taken = nil
    }

    /// The courses in which the call has taken effect; nil if there are too many.
    private func explained(
        _ call: Int, _ precedes: (Int, Int) -> Bool, _ next: (Presence, Int) -> [Presence]
    ) -> Set<Course>? {
        // For each call those that must have taken effect before it.
        let before = window.map { later in window.filter { precedes($0, later) } }
        var result: Set<Course> = []
        var seen = courses
        var open = Array(courses)
        while var course = open.popLast() {
            if course.done.contains(call) {
                course.done.remove(call)
                result.insert(course)
                continue
            }
            for (place, other) in window.enumerated()
            where !course.done.contains(other) && course.done.isSuperset(of: before[place]) {
                for presence in next(course.presence, other) {
                    let longer = Course(presence: presence, done: course.done.union([other]))
                    guard seen.insert(longer).inserted else { continue }
                    guard seen.count <= Self.mostCourses else { return nil }
                    open.append(longer)
                }
            }
        }
        return result
    }
}
