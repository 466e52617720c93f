import Conformance
import KernelLog
import Livepatch
import Reconstruction
import ReferenceEngine
import Timeline

/// How things are called in sentences.
enum Words {
    /// `-EBUSY`, `0`.
    static func errno(_ number: Int) -> String {
        Errno(number: -number).map { Int($0.name) == nil ? "-\($0.name)" : String(number) } ?? String(number)
    }

    /// What was done: `enabling 'x'`.
    static func operation(_ operation: Operation?) -> String {
        switch operation {
        case .enable(let patch, .started): "enabling '\(patch)'"
        case .enable(let patch, .prePatchFailed(let object)):
            "enabling '\(patch)', which fails in pre_patch of '\(object)'"
        case .enable(let patch, .patchObjectFailed(let object)):
            "enabling '\(patch)', which fails to patch '\(object)'"
        case .enable(let patch, .setupFailed(let state)):
            "enabling '\(patch)', which fails in setting up state \(state)"
        case .enable(let patch, .failed): "enabling '\(patch)', which fails"
        case .disable(let patch): "disabling '\(patch)'"
        case .reverse(let patch): "reversing the transition of '\(patch)'"
        case .completeTransition(let patch): "completing the transition of '\(patch)'"
        case .signal: "signaling the remaining tasks"
        case .force: "forcing the remaining tasks"
        case .moduleComing(let module, .applied): "loading module '\(module)'"
        case .moduleComing(let module, _): "refusing to load module '\(module)'"
        case .moduleGoing(let module): "unloading module '\(module)'"
        case .refuseEnable(let patch): "refusing '\(patch)' as not compatible"
        case .refuseDisable(let patch): "refusing to disable '\(patch)', a state of which cannot be undone"
        case .shadow(let call): "calling \(call.function.rawValue) from '\(call.caller)'"
        case nil: "no operation"
        }
    }

    /// The line as the kernel prints it, in quotation marks.
    ///
    /// - Parameter generations: those that the kernel may be of; their words come first.
    static func line(_ event: Event, in generations: [Generation]) -> String {
        for generation in generations.reversed() + Generation.allCases.reversed() {
            if let text = Manifest().text(of: event, generation: generation) { return "\"\(text)\"" }
        }
        return event.callback.map { "\($0.rawValue) of '\(event.object ?? "")'" } ?? event.message.rawValue
    }

    /// A short name of the event: `pre_unpatch of 'vmlinux'`, `"starting patching transition" of 'x'`.
    static func event(_ event: Event, in generations: [Generation]) -> String {
        guard let callback = event.callback else { return line(event, in: generations) }
        guard event.message == .stateCallback else { return "\(callback.rawValue) of '\(event.object ?? "?")'" }
        return "\(name(callback, in: generations)) of state \(event.number ?? 0) of '\(event.patch ?? "?")'"
    }

    /// What the callback of a state is called.
    static func name(_ callback: CallbackKind, in generations: [Generation]) -> String {
        generations.last == .states2023 ? callback.stage : callback.rawValue
    }

    /// `99.394695`, or a date, or nothing.
    static func stamp(_ time: LogTime?) -> String {
        guard let time else { return "" }
        switch time.clock {
        case .boot: return "[\(padded(seconds(time.microseconds), 12))]"
        case .midnight: return "[\(clock(time.microseconds))]"
        case .calendar: return "[\(CalendarText.text(time.microseconds))]"
        case .previous: return "[+\(seconds(time.microseconds))]"
        }
    }

    /// `1.250 s`.
    static func duration(_ microseconds: Int64) -> String {
        let milliseconds = (microseconds + 500) / 1000
        if milliseconds < 1 { return "\(microseconds) us" }
        if milliseconds < 1000 { return "\(milliseconds) ms" }
        let hundredths = (microseconds + 5000) / 10_000
        return "\(hundredths / 100).\(twoDigits(hundredths % 100)) s"
    }

    static func seconds(_ microseconds: Int64) -> String {
        let magnitude = microseconds.magnitude
        let fraction = String(magnitude % 1_000_000)
        return (microseconds < 0 ? "-" : "") + "\(magnitude / 1_000_000)."
            + String(repeating: "0", count: 6 - fraction.count) + fraction
    }

    static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    static func twoDigits(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }

    private static func clock(_ microseconds: Int64) -> String {
        let all = microseconds / 1_000_000
        return "\(twoDigits(all / 3600)):\(twoDigits(all / 60 % 60)):\(twoDigits(all % 60))"
    }

    /// `a, b and c`.
    static func list(_ items: [String]) -> String {
        guard let last = items.last, items.count > 1 else { return items.first ?? "" }
        return items.dropLast().joined(separator: ", ") + " and " + last
    }

    /// `1 line`, `2 lines`.
    static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}

/// Calendar stamps without Foundation's formatters: `2026-11-21 03:22:25`.
enum CalendarText {
    static func text(_ microseconds: Int64) -> String {
        let all = microseconds >= 0 ? microseconds / 1_000_000 : 0
        let (year, month, day) = date(daysSince1970: all / 86_400)
        let time = "\(Words.twoDigits(all / 3600 % 24)):\(Words.twoDigits(all / 60 % 60)):\(Words.twoDigits(all % 60))"
        return "\(year)-\(Words.twoDigits(month))-\(Words.twoDigits(day)) \(time)"
    }

    /// Gregorian date by counting from 1 March 0000, so that the leap day is the last of its year.
    private static func date(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}
