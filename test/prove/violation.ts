/** What must never be was seen. Anything else that goes wrong is a broken connection, or a fault of the proof. */
export class Violation extends Error {
  override name = "Violation";
}
