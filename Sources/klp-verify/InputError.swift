/// Why what the user named cannot be used. It is no wrong use of the options, so nothing is said of those.
struct InputError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
