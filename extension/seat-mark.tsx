import mark from "./icons/seat.svg";

export function SeatMark() {
  return <img src={mark} alt="" width="36" height="36" />;
}
